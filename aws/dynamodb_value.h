// A DynamoDB AttributeValue in one flat binary form: what the wire's JSON becomes, what storage
// keeps, what expressions walk.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fogbank::aws {

// A view of encoded bytes; absent when null. Owned by the request's arena, or by the record it was
// read from.
struct AttributeValue {
  const std::byte* at = nullptr;
  uint32_t bytes = 0;
  [[nodiscard]] bool has_value() const { return at != nullptr; }
};

}  // namespace fogbank::aws
