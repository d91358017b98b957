// A DynamoDB AttributeValue in one flat binary form: what the wire's JSON becomes, what storage
// keeps, what expressions walk. An item (and a key) is a value of kind kMap.
//
// The form reaches the disk; never renumber, never rearrange:
//   value   := kind(1 byte) length(4 bytes, little-endian) content(length bytes)
//   content := S, B: the bytes; N: the number's text as the client wrote it; BOOL, NULL: 1 byte
//              SS, NS, BS, L: count(4 bytes) value*      (elements of a set carry their kind)
//              M: count(4 bytes) (name-length(4 bytes) name value)*
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fogbank::aws {

enum class AttributeKind : uint8_t {
  kNone = 0,  // of an absent or damaged value
  kString = 1,
  kNumber = 2,
  kBinary = 3,
  kBoolean = 4,
  kNull = 5,
  kStringSet = 6,
  kNumberSet = 7,
  kBinarySet = 8,
  kList = 9,
  kMap = 10,
};

// "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M".
[[nodiscard]] std::string_view wire_name(AttributeKind kind);

class AttributeCursor;

// A view of one encoded value; absent when null. Whoever holds the bytes (the request's arena, a
// record) must outlive it. Reads of damaged bytes answer emptiness, never memory beyond the view.
struct AttributeValue {
  const std::byte* at = nullptr;
  uint32_t bytes = 0;

  // A value that was encoded earlier, for example a stored record.
  [[nodiscard]] static AttributeValue view(std::span<const std::byte> encoded) {
    return {encoded.data(), static_cast<uint32_t>(encoded.size())};
  }
  [[nodiscard]] static AttributeValue view(std::string_view encoded) {
    return view(std::as_bytes(std::span(encoded.data(), encoded.size())));
  }
  [[nodiscard]] std::span<const std::byte> encoded() const { return {at, bytes}; }

  [[nodiscard]] bool has_value() const { return at != nullptr; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] AttributeKind kind() const;
  [[nodiscard]] bool is(AttributeKind wanted) const { return kind() == wanted; }
  // Of S, N and B; empty for other kinds.
  [[nodiscard]] std::string_view text() const;
  // Of BOOL; false for other kinds.
  [[nodiscard]] bool boolean() const;
  // Elements of a set, list or map; 0 for other kinds.
  [[nodiscard]] uint32_t count() const;
  // Walks sets, lists and maps in their order; nothing to walk for other kinds.
  [[nodiscard]] AttributeCursor elements() const;
  // The element of a map; absent if there is none or this is no map.
  [[nodiscard]] AttributeValue find(std::string_view name) const;
  // The element of a list or set, from 0; absent beyond the end.
  [[nodiscard]] AttributeValue element(uint32_t index) const;
};

// for (AttributeCursor each = map.elements(); each.next();) use(each.name(), each.value());
class AttributeCursor final {
 public:
  AttributeCursor() = default;
  AttributeCursor(std::span<const std::byte> content, uint32_t count, bool has_names)
      : rest_(content), left_(count), has_names_(has_names) {}
  bool next();
  [[nodiscard]] std::string_view name() const { return name_; }  // of a map's element
  [[nodiscard]] AttributeValue value() const { return value_; }

 private:
  std::span<const std::byte> rest_;
  uint32_t left_ = 0;
  bool has_names_ = false;
  std::string_view name_;
  AttributeValue value_;
};

// Appends encoded values to a string. Containers nest: begin, then for each element (name() in
// maps and) one value, then end.
class AttributeWriter final {
 public:
  explicit AttributeWriter(std::string& out) : out_(out) {}
  void string(std::string_view text) { scalar(AttributeKind::kString, text); }
  void number(std::string_view text) { scalar(AttributeKind::kNumber, text); }
  void binary(std::string_view bytes) { scalar(AttributeKind::kBinary, bytes); }
  void boolean(bool value) { scalar(AttributeKind::kBoolean, {value ? "\1" : "\0", 1}); }
  void null() { scalar(AttributeKind::kNull, {"\1", 1}); }
  void scalar(AttributeKind kind, std::string_view content);
  void value(AttributeValue encoded);  // a copy; must not be absent
  void name(std::string_view name);

  // Where a container began; hand it to end() with the number of its elements.
  [[nodiscard]] std::size_t begin(AttributeKind kind);
  void end(std::size_t begun, uint32_t count);

 private:
  std::string& out_;
};

// True when every length and kind within is consistent; for bytes that come from outside.
[[nodiscard]] bool is_well_formed(AttributeValue value);

// Bytes that AWS counts for a value, without its name (Amazon DynamoDB Developer Guide, "Item
// sizes and formats"). An item's size is the sum of names and values: item_size_bytes().
[[nodiscard]] std::size_t value_size_bytes(AttributeValue value);
[[nodiscard]] std::size_t item_size_bytes(AttributeValue item);

// Levels of lists and maps within an attribute (Developer Guide, "Quotas").
inline constexpr int kAttributeNestingMax = 32;

// The wire's JSON, {"S":"text"}; of an item {"name":{"S":"text"},...}. Appends.
void append_json(AttributeValue value, std::string& out);
void append_item_json(AttributeValue item, std::string& out);

}  // namespace fogbank::aws
