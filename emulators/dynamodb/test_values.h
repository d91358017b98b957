// Values and items in the tests of this folder, written as short texts.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/arena.h"
#include "emulators/dynamodb/values.h"

namespace fogbank::emulators::dynamodb::testing {

// Builds on one arena, which lives as long as the maker.
class Maker final {
 public:
  core::Arena arena;

  AttributeValue s(std::string_view text) {
    return make_scalar(AttributeKind::kString, text, arena);
  }
  AttributeValue n(std::string_view text) { return make_number(text, arena); }
  AttributeValue b(std::string_view bytes) {
    return make_scalar(AttributeKind::kBinary, bytes, arena);
  }
  AttributeValue boolean(bool value) {
    std::string out;
    aws::AttributeWriter(out).boolean(value);
    return keep(out);
  }
  AttributeValue null() {
    std::string out;
    aws::AttributeWriter(out).null();
    return keep(out);
  }
  AttributeValue set(AttributeKind kind, std::initializer_list<std::string_view> members) {
    std::string out;
    aws::AttributeWriter writer(out);
    const auto begun = writer.begin(kind);
    for (const auto& member : members) writer.scalar(element_kind(kind), member);
    writer.end(begun, static_cast<uint32_t>(members.size()));
    return keep(out);
  }
  AttributeValue ss(std::initializer_list<std::string_view> members) {
    return set(AttributeKind::kStringSet, members);
  }
  AttributeValue ns(std::initializer_list<std::string_view> members) {
    return set(AttributeKind::kNumberSet, members);
  }
  AttributeValue list(std::initializer_list<AttributeValue> elements) {
    std::string out;
    aws::AttributeWriter writer(out);
    const auto begun = writer.begin(AttributeKind::kList);
    for (const auto& element : elements) writer.value(element);
    writer.end(begun, static_cast<uint32_t>(elements.size()));
    return keep(out);
  }
  AttributeValue map(std::initializer_list<std::pair<std::string_view, AttributeValue>> elements) {
    return encode_item(attributes(elements), arena);
  }
  Attributes attributes(
      std::initializer_list<std::pair<std::string_view, AttributeValue>> elements) {
    auto out = Attributes::make(arena, elements.size());
    for (const auto& [name, value] : elements) out.append(arena, {name, value});
    return out;
  }
  aws::Map<aws::Text> names(
      std::initializer_list<std::pair<std::string_view, std::string_view>> entries) {
    aws::Map<aws::Text> out;
    for (const auto& [key, name] : entries) out.append(arena, {key, name});
    return out;
  }

 private:
  AttributeValue keep(const std::string& encoded) {
    return AttributeValue::view(arena.copy(encoded));
  }
};

// The JSON that a client would see, names in order of the encoding.
inline std::string json(AttributeValue value) {
  std::string out;
  if (value) aws::append_json(value, out);
  return out;
}
inline std::string item_json(AttributeValue item) {
  std::string out;
  if (item) aws::append_item_json(item, out);
  return out;
}

}  // namespace fogbank::emulators::dynamodb::testing
