#include "emulators/dynamodb/expressions/placeholders.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/expressions/tokens.h"
#include "emulators/dynamodb/limits.h"

namespace fogbank::emulators::dynamodb {
namespace {

aws::AwsError bad_key(std::string_view parameter, std::string_view key) {
  return validation(std::string(parameter) + " contains invalid key: Syntax error; key: \"" +
                    std::string(key) + "\"");
}

bool is_key(std::string_view key, TokenKind kind) {
  const Token token = read_token(key, 0);
  return token.kind == kind && token.text.size() == key.size();
}

}  // namespace

Placeholders::Placeholders(const aws::Map<aws::Text>& names, const Attributes& values,
                           core::Arena& arena)
    : names_(names), values_(values), arena_(arena) {
  name_index_ = make_index(names_);
  value_index_ = make_index(values_);
}

template <class Map>
Placeholders::Index Placeholders::make_index(const Map& map) {
  if (map.empty()) return {};
  Index index{arena_.make<uint32_t>(map.size()), arena_.make<bool>(map.size())};
  std::iota(index.order, index.order + map.size(), 0U);
  std::sort(index.order, index.order + map.size(),
            [&map](uint32_t a, uint32_t b) { return map[a].key.view() < map[b].key.view(); });
  return index;
}

template <class Map>
std::optional<uint32_t> Placeholders::find(const Map& map, Index& index, std::string_view key) {
  uint32_t* const end = index.order + map.size();
  uint32_t* const at = std::lower_bound(
      index.order, end, key,
      [&map](uint32_t entry, std::string_view wanted) { return map[entry].key.view() < wanted; });
  if (at == end || map[*at].key.view() != key) return std::nullopt;
  index.is_used[*at] = true;
  return *at;
}

core::Result<void, aws::AwsError> Placeholders::check() {
  constexpr std::string_view kNames = "ExpressionAttributeNames";
  constexpr std::string_view kValues = "ExpressionAttributeValues";
  if (names_.has_value() && names_.empty()) {
    return validation(std::string(kNames) + " must not be empty");
  }
  for (const auto& [key, name] : names_) {
    if (!is_key(key, TokenKind::kNameHolder)) return bad_key(kNames, key);
    if (key.size() > kPlaceholderBytesMax) {
      return validation("The expression attribute map contains a key that is too long");
    }
    if (name.empty()) {
      return validation(std::string(kNames) +
                        " contains invalid value: Empty attribute name; key: " + key.str());
    }
    if (name.size() > kAttributeNameBytesMax) {
      return validation("Attribute name is too large, must be less than 65536 bytes");
    }
  }
  if (values_.has_value() && values_.empty()) {
    return validation(std::string(kValues) + " must not be empty");
  }
  for (auto& [key, value] : values_) {
    if (!is_key(key, TokenKind::kValueHolder)) return bad_key(kValues, key);
    if (key.size() > kPlaceholderBytesMax) {
      return validation("The expression attribute map contains a key that is too long");
    }
    auto canonical = normalise(value, arena_);
    if (!canonical) {
      return validation(std::string(kValues) + " contains invalid value: " + canonical.error() +
                        " for key " + key.str());
    }
    value = *canonical;
  }
  return {};
}

std::optional<std::string_view> Placeholders::name(std::string_view placeholder) {
  if (names_.empty()) return std::nullopt;
  const auto at = find(names_, name_index_, placeholder);
  if (!at) return std::nullopt;
  return names_[*at].value.view();
}

AttributeValue Placeholders::value(std::string_view placeholder) {
  if (values_.empty()) return {};
  const auto at = find(values_, value_index_, placeholder);
  return at ? values_[*at].value : AttributeValue();
}

template <class Map>
core::Result<void, aws::AwsError> Placeholders::check_used(const Map& map, const Index& index,
                                                           std::string_view parameter) const {
  std::string unused;
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (index.is_used[i]) continue;
    if (!unused.empty()) unused += ", ";
    unused += map[i].key.view();
  }
  if (unused.empty()) return {};
  return validation("Value provided in " + std::string(parameter) +
                    " unused in expressions: keys: {" + unused + "}");
}

core::Result<void, aws::AwsError> Placeholders::check_all_used() const {
  auto names = check_used(names_, name_index_, "ExpressionAttributeNames");
  if (!names) return names;
  return check_used(values_, value_index_, "ExpressionAttributeValues");
}

}  // namespace fogbank::emulators::dynamodb
