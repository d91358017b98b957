#include "aws/rest_route.h"

#include <algorithm>

#include "core/text.h"

namespace fogbank::aws {
namespace {

struct Segment {
  std::string_view text;  // of the label without braces and '+'
  bool is_label = false;
  bool is_greedy = false;
};

// Takes the first segment off a template or path that starts with '/'.
std::string_view take_segment(std::string_view& rest) {
  rest.remove_prefix(1);
  const std::size_t end = std::min(rest.find('/'), rest.size());
  const std::string_view segment = rest.substr(0, end);
  rest.remove_prefix(end);
  return segment;
}

Segment take_template_segment(std::string_view& rest) {
  Segment out{.text = take_segment(rest)};
  if (!out.text.starts_with('{')) return out;
  out.is_label = true;
  out.text = out.text.substr(1, out.text.size() - 2);
  out.is_greedy = out.text.ends_with('+');
  if (out.is_greedy) out.text.remove_suffix(1);
  return out;
}

// Literal segments of the template that the path has, plus one; 0 if the path does not fit.
int path_score(std::string_view path_template, std::string_view path) {
  int score = 1;
  while (path_template.size() > 1) {
    const Segment segment = take_template_segment(path_template);
    if (path.size() < 2) return 0;
    if (segment.is_greedy) return score;
    const std::string_view own = take_segment(path);
    if (own.empty()) return 0;
    if (segment.is_label) continue;
    if (segment.text != own) return 0;
    score += 1;
  }
  // A slash at the end names the same resource.
  return path.size() <= 1 ? score : 0;
}

const UriParameter* find(const std::vector<UriParameter>& parameters, std::string_view name) {
  const auto at = std::find_if(parameters.begin(), parameters.end(),
                               [&](const UriParameter& each) { return each.name == name; });
  return at == parameters.end() ? nullptr : &*at;
}

// Calls `each(name, value, has_value)` for the parts of a literal such as "select&select-type=2".
template <class Each>
void for_each_literal(std::string_view literal, Each each) {
  while (!literal.empty()) {
    const std::size_t end = std::min(literal.find('&'), literal.size());
    const std::string_view part = literal.substr(0, end);
    literal.remove_prefix(std::min(end + 1, literal.size()));
    const std::size_t equals = std::min(part.find('='), part.size());
    const bool has_value = equals < part.size();
    each(part.substr(0, equals), has_value ? part.substr(equals + 1) : std::string_view{},
         has_value);
  }
}

class Match final {
 public:
  Match(const ServiceModel& service, const core::HttpRequest& request, std::string_view path,
        const std::vector<UriParameter>& parameters)
      : service_(service), request_(request), path_(path), parameters_(parameters) {}

  const OperationModel* find_best() {
    for (const OperationModel& operation : service_.operations) consider(operation);
    if (best_ == nullptr || names_foreign_subresource(*best_)) return nullptr;
    return best_;
  }

 private:
  // Among the operations of method and path, the one with most of its conditions met.
  void consider(const OperationModel& operation) {
    if (service_.text(operation.method) != request_.method) return;
    const int path_points = path_score(service_.text(operation.path), path_);
    if (path_points == 0) return;
    int literals = 0;
    bool fits = true;
    for_each_literal(service_.text(operation.literal),
                     [&](std::string_view name, std::string_view value, bool has_value) {
                       const UriParameter* given = find(parameters_, name);
                       fits = fits && given != nullptr && (!has_value || given->value == value);
                       ++literals;
                     });
    if (!fits) return;
    int required = 0;
    const bool is_complete = count_required(operation, required);
    // What is named by its literal is meant even when something required is missing.
    if (!is_complete && literals == 0) return;
    const int score = path_points * 10'000 + literals * 1000 + (is_complete ? 100 : 0) +
                      required * 10 + tie_points(operation);
    if (score <= best_score_) return;
    best_score_ = score;
    best_ = &operation;
  }

  bool count_required(const OperationModel& operation, int& met) const {
    if (operation.input == kNoType) return true;
    for (const Field& field : service_.fields_of(service_.types[operation.input])) {
      if (!field.has(Field::kRequired)) continue;
      const std::string_view name = service_.text(field.wire);
      if (field.location == Location::kQuery) {
        if (find(parameters_, name) == nullptr) return false;
        ++met;
      } else if (field.location == Location::kHeader) {
        if (!request_.header(core::to_lower(name))) return false;
        ++met;
      }
    }
    return true;
  }

  // Less than one required parameter is worth.
  int tie_points(const OperationModel& operation) const {
    const UriParameter* id = find(parameters_, "x-id");
    if (id != nullptr && id->value == service_.text(operation.name)) return 8;
    const int known = std::min(count_known(operation), 3);
    return known * 2 + (operation.has(OperationModel::kDeprecated) ? 0 : 1);
  }

  // Parameters of the request that the operation knows.
  int count_known(const OperationModel& operation) const {
    if (operation.input == kNoType || parameters_.empty()) return 0;
    const std::span<const Field> fields = service_.fields_of(service_.types[operation.input]);
    return static_cast<int>(std::count_if(fields.begin(), fields.end(), [&](const Field& field) {
      return field.location == Location::kQuery &&
             find(parameters_, service_.text(field.wire)) != nullptr;
    }));
  }

  // Whether the request names a subresource of this path that the operation is not about.
  bool names_foreign_subresource(const OperationModel& chosen) const {
    return std::any_of(parameters_.begin(), parameters_.end(), [&](const UriParameter& each) {
      return is_subresource(each.name, chosen) && !has_literal(chosen, each.name);
    });
  }

  bool has_literal(const OperationModel& operation, std::string_view wanted) const {
    bool found = false;
    for_each_literal(service_.text(operation.literal),
                     [&](std::string_view name, std::string_view, bool has_value) {
                       found = found || (name == wanted && !has_value);
                     });
    return found;
  }

  bool is_subresource(std::string_view name, const OperationModel& chosen) const {
    return std::any_of(service_.operations.begin(), service_.operations.end(),
                       [&](const OperationModel& each) {
                         return each.path.at == chosen.path.at && has_literal(each, name);
                       });
  }

  const ServiceModel& service_;
  const core::HttpRequest& request_;
  std::string_view path_;
  const std::vector<UriParameter>& parameters_;
  const OperationModel* best_ = nullptr;
  int best_score_ = -1;
};

}  // namespace

std::optional<std::vector<UriParameter>> parse_uri_parameters(std::string_view query,
                                                              core::Arena& arena) {
  std::vector<UriParameter> out;
  const auto decoded = [&](std::string_view text) {
    if (text.find('%') == std::string_view::npos && text.find('+') == std::string_view::npos) {
      return text;
    }
    return arena.copy(core::percent_decode(text, core::Plus::kSpace));
  };
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (part.empty()) continue;
    if (out.size() == kUriParametersMax) return std::nullopt;
    const std::size_t equals = std::min(part.find('='), part.size());
    out.push_back({decoded(part.substr(0, equals)),
                   equals < part.size() ? decoded(part.substr(equals + 1)) : ""});
  }
  return out;
}

const OperationModel* match_rest(const ServiceModel& service, const core::HttpRequest& request,
                                 std::string_view path, core::Arena& arena) {
  if (!path.starts_with('/')) return nullptr;
  const auto parameters = parse_uri_parameters(request.query, arena);
  return parameters ? Match(service, request, path, *parameters).find_best() : nullptr;
}

std::string_view find_label(std::string_view path_template, std::string_view path,
                            std::string_view label) {
  while (path_template.size() > 1 && path.size() > 1) {
    const Segment segment = take_template_segment(path_template);
    if (segment.is_label && segment.text == label && segment.is_greedy) return path.substr(1);
    const std::string_view own = take_segment(path);
    if (segment.is_label && segment.text == label) return own;
  }
  return {};
}

}  // namespace fogbank::aws
