// ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them its
// expressions have used.
#pragma once

#include <string_view>

#include "aws/error.h"
#include "aws/shape.h"
#include "emulators/dynamodb/values.h"

namespace fogbank::emulators::dynamodb {

class Placeholders final {
 public:
  Placeholders(const aws::Map<aws::Text>& names, const Attributes& values, core::Arena& arena);

  // Refuses empty maps, malformed keys and illegal values, and makes the values canonical. Once,
  // before the expressions are parsed.
  core::Result<void, aws::AwsError> check();

  // What stands behind "#name" and ":value"; marks it as used.
  [[nodiscard]] std::optional<std::string_view> name(std::string_view placeholder);
  [[nodiscard]] AttributeValue value(std::string_view placeholder);

  // After all expressions: AWS refuses what none of them uses.
  core::Result<void, aws::AwsError> check_all_used() const;

 private:
  // Indices of a map's entries in order of their keys, so that finding one is a binary search.
  struct Index {
    uint32_t* order = nullptr;
    bool* is_used = nullptr;
  };
  template <class Map>
  Index make_index(const Map& map);
  template <class Map>
  std::optional<uint32_t> find(const Map& map, Index& index, std::string_view key);
  template <class Map>
  core::Result<void, aws::AwsError> check_used(const Map& map, const Index& index,
                                               std::string_view parameter) const;

  aws::Map<aws::Text> names_;
  Attributes values_;
  core::Arena& arena_;
  Index name_index_;
  Index value_index_;
};

}  // namespace fogbank::emulators::dynamodb
