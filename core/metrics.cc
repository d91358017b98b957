#include "core/metrics.h"

namespace fogbank::core {
namespace {

template <class Series>
auto& find_or_make(Series& series, std::string_view labels) {
  auto at = series.find(labels);
  if (at == series.end()) {
    using Value = typename Series::mapped_type::element_type;
    at = series.emplace(std::string(labels), std::make_unique<Value>()).first;
  }
  return *at->second;
}

template <class Series>
void render_series(std::string& out, const std::string& name, const char* type,
                   const Series& series) {
  if (series.empty()) return;
  out += "# TYPE " + name + ' ' + type + '\n';
  for (const auto& [labels, value] : series) {
    out += name;
    if (!labels.empty()) out += '{' + labels + '}';
    out += ' ' + std::to_string(value->value()) + '\n';
  }
}

}  // namespace

Counter& Metrics::counter(std::string_view name, std::string_view labels) {
  return families_.with([&](auto& families) -> Counter& {
    return find_or_make(families[std::string(name)].counters, labels);
  });
}

Gauge& Metrics::gauge(std::string_view name, std::string_view labels) {
  return families_.with([&](auto& families) -> Gauge& {
    return find_or_make(families[std::string(name)].gauges, labels);
  });
}

std::string Metrics::render() const {
  return families_.with([](const auto& families) {
    std::string out;
    for (const auto& [name, series] : families) {
      render_series(out, name, "counter", series.counters);
      render_series(out, name, "gauge", series.gauges);
    }
    return out;
  });
}

}  // namespace fogbank::core
