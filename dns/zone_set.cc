#include "dns/zone_set.h"

#include <algorithm>

#include "core/text.h"
#include "dns/ldns.h"

namespace fogbank::dns {
namespace {

core::Result<std::string> wire_name(const std::string& zone) {
  ldns_rdf* made = nullptr;
  const ldns_status status = ::ldns_str2rdf_dname(&made, core::to_lower(zone).c_str());
  const UniqueField field(made);
  if (zone.empty() || status != LDNS_STATUS_OK || ::ldns_rdf_size(made) < 2) {
    return core::Error{"dns: \"" + zone + "\" is no zone; use a name as in \"amazonaws.com\""};
  }
  return std::string(reinterpret_cast<const char*>(::ldns_rdf_data(made)), ::ldns_rdf_size(made));
}

}  // namespace

core::Result<ZoneSet> ZoneSet::create(const std::vector<std::string>& zones) {
  ZoneSet set;
  set.zones_.reserve(zones.size());
  for (const std::string& zone : zones) {
    auto name = wire_name(zone);
    if (!name) return name.error();
    std::size_t labels = 0;
    for (std::size_t at = 0; (*name)[at] != '\0'; at += 1 + static_cast<uint8_t>((*name)[at])) {
      ++labels;
    }
    set.label_count_max_ = std::max(set.label_count_max_, labels);
    set.zones_.insert(std::move(*name));
  }
  return set;
}

std::optional<std::size_t> ZoneSet::find(const QueryName& name) const {
  const std::size_t first = name.label_count - std::min(name.label_count, label_count_max_);
  for (std::size_t i = first; i < name.label_count; ++i) {
    if (zones_.find(name.wire_from(name.labels[i])) != zones_.end()) return name.labels[i];
  }
  return std::nullopt;
}

}  // namespace fogbank::dns
