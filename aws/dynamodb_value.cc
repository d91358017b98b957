#include "aws/dynamodb_value.h"

#include <array>
#include <cstring>

#include "aws/json_writer.h"
#include "core/check.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

constexpr std::size_t kHeadBytes = 5;
constexpr std::size_t kCountBytes = 4;

uint32_t read_u32(const std::byte* at) {
  uint32_t out = 0;
  for (unsigned i = 0; i < 4; ++i) out |= std::to_integer<uint32_t>(at[i]) << (8 * i);
  return out;
}

void store_u32(char* at, uint32_t number) {
  for (unsigned i = 0; i < 4; ++i) at[i] = static_cast<char>((number >> (8 * i)) & 0xff);
}

void append_u32(std::string& out, std::size_t number) {
  char bytes[4];
  store_u32(bytes, static_cast<uint32_t>(number));
  out.append(bytes, sizeof bytes);
}

bool is_container(AttributeKind kind) {
  return kind >= AttributeKind::kStringSet && kind <= AttributeKind::kMap;
}

// Bytes of the value at the front of `rest`, or 0 if it does not fit.
std::size_t value_bytes(std::span<const std::byte> rest) {
  if (rest.size() < kHeadBytes) return 0;
  const std::size_t bytes = kHeadBytes + read_u32(rest.data() + 1);
  return bytes <= rest.size() ? bytes : 0;
}

std::span<const std::byte> content_of(AttributeValue value) {
  if (value.kind() == AttributeKind::kNone) return {};
  return value.encoded().subspan(kHeadBytes, value_bytes(value.encoded()) - kHeadBytes);
}

// What the number takes in DynamoDB's own form: two significant digits to a byte, one byte for the
// exponent, one more for a minus sign.
std::size_t number_size_bytes(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  const std::string_view mantissa = text.substr(0, text.find_first_of("eE"));
  std::size_t digits = 0;
  std::size_t zeros = 0;  // that may be trailing
  for (const char c : mantissa) {
    if (c < '0' || c > '9') continue;
    if (c == '0') {
      if (digits > 0) ++zeros;
      continue;
    }
    digits += zeros + 1;
    zeros = 0;
  }
  if (digits == 0) return 1;
  return (digits + 1) / 2 + 1 + (is_negative ? 1 : 0);
}

}  // namespace

std::string_view wire_name(AttributeKind kind) {
  constexpr std::array<std::string_view, 11> kNames = {"",   "S",  "N",  "B", "BOOL", "NULL",
                                                       "SS", "NS", "BS", "L", "M"};
  return kNames[static_cast<std::size_t>(kind)];
}

AttributeKind AttributeValue::kind() const {
  if (at == nullptr || value_bytes(encoded()) == 0) return AttributeKind::kNone;
  const auto number = std::to_integer<uint8_t>(*at);
  if (number > static_cast<uint8_t>(AttributeKind::kMap)) return AttributeKind::kNone;
  return static_cast<AttributeKind>(number);
}

std::string_view AttributeValue::text() const {
  const AttributeKind own = kind();
  if (own < AttributeKind::kString || own > AttributeKind::kBinary) return {};
  return core::as_text(content_of(*this));
}

bool AttributeValue::boolean() const {
  const auto content = content_of(*this);
  return kind() == AttributeKind::kBoolean && !content.empty() && content[0] != std::byte{0};
}

uint32_t AttributeValue::count() const {
  const auto content = content_of(*this);
  return is_container(kind()) && content.size() >= kCountBytes ? read_u32(content.data()) : 0;
}

AttributeCursor AttributeValue::elements() const {
  const auto content = content_of(*this);
  if (!is_container(kind()) || content.size() < kCountBytes) return {};
  return {content.subspan(kCountBytes), count(), kind() == AttributeKind::kMap};
}

AttributeValue AttributeValue::find(std::string_view name) const {
  if (kind() != AttributeKind::kMap) return {};
  for (AttributeCursor each = elements(); each.next();) {
    if (each.name() == name) return each.value();
  }
  return {};
}

AttributeValue AttributeValue::element(uint32_t index) const {
  if (kind() == AttributeKind::kMap) return {};
  for (AttributeCursor each = elements(); each.next();) {
    if (index-- == 0) return each.value();
  }
  return {};
}

bool AttributeCursor::next() {
  if (left_ == 0) return false;
  if (has_names_) {
    if (rest_.size() < 4 || rest_.size() - 4 < read_u32(rest_.data())) {
      left_ = 0;
      return false;
    }
    const uint32_t name_bytes = read_u32(rest_.data());
    name_ = core::as_text(rest_.subspan(4, name_bytes));
    rest_ = rest_.subspan(4 + std::size_t{name_bytes});
  }
  const std::size_t bytes = value_bytes(rest_);
  if (bytes == 0) {
    left_ = 0;
    return false;
  }
  value_ = AttributeValue::view(rest_.first(bytes));
  rest_ = rest_.subspan(bytes);
  --left_;
  return true;
}

void AttributeWriter::scalar(AttributeKind kind, std::string_view content) {
  char head[kHeadBytes] = {static_cast<char>(kind)};
  store_u32(head + 1, static_cast<uint32_t>(content.size()));
  out_.append(head, sizeof head);
  out_ += content;
}

void AttributeWriter::value(AttributeValue encoded) {
  core::check(encoded.has_value(), "a value to be written is present");
  out_ += core::as_text(encoded.encoded());
}

void AttributeWriter::name(std::string_view name) {
  append_u32(out_, name.size());
  out_ += name;
}

std::size_t AttributeWriter::begin(AttributeKind kind) {
  out_ += static_cast<char>(kind);
  const std::size_t begun = out_.size();
  out_.append(4 + kCountBytes, '\0');
  return begun;
}

void AttributeWriter::end(std::size_t begun, uint32_t count) {
  store_u32(out_.data() + begun, static_cast<uint32_t>(out_.size() - begun - 4));
  store_u32(out_.data() + begun + 4, count);
}

namespace {

bool is_well_formed(AttributeValue value, int nesting) {
  const AttributeKind kind = value.kind();
  if (kind == AttributeKind::kNone || value_bytes(value.encoded()) != value.bytes) return false;
  const auto content = content_of(value);
  if (kind == AttributeKind::kBoolean || kind == AttributeKind::kNull) return content.size() == 1;
  if (!is_container(kind)) return true;
  if (content.size() < kCountBytes || nesting > kAttributeNestingMax) return false;
  uint32_t seen = 0;
  std::size_t bytes = kCountBytes;
  for (AttributeCursor each = value.elements(); each.next(); ++seen) {
    if (!is_well_formed(each.value(), nesting + 1)) return false;
    bytes += each.value().bytes + (kind == AttributeKind::kMap ? 4 + each.name().size() : 0);
  }
  return seen == value.count() && bytes == content.size();
}

}  // namespace

// An item is a map around its attributes and no level of its own.
bool is_well_formed(AttributeValue value) { return is_well_formed(value, 0); }

std::size_t value_size_bytes(AttributeValue value) {
  constexpr std::size_t kDocumentBytes = 3;
  constexpr std::size_t kElementBytes = 1;
  switch (value.kind()) {
    case AttributeKind::kNone:
      return 0;
    case AttributeKind::kString:
    case AttributeKind::kBinary:
      return value.text().size();
    case AttributeKind::kNumber:
      return number_size_bytes(value.text());
    case AttributeKind::kBoolean:
    case AttributeKind::kNull:
      return 1;
    case AttributeKind::kStringSet:
    case AttributeKind::kNumberSet:
    case AttributeKind::kBinarySet:
    case AttributeKind::kList:
    case AttributeKind::kMap:
      break;
  }
  const bool is_document = value.is(AttributeKind::kList) || value.is(AttributeKind::kMap);
  std::size_t total = is_document ? kDocumentBytes : 0;
  for (AttributeCursor each = value.elements(); each.next();) {
    total += value_size_bytes(each.value()) + each.name().size();
    if (is_document) total += kElementBytes;
  }
  return total;
}

std::size_t item_size_bytes(AttributeValue item) {
  std::size_t total = 0;
  for (AttributeCursor each = item.elements(); each.next();) {
    total += each.name().size() + value_size_bytes(each.value());
  }
  return total;
}

namespace {

void append_elements(AttributeValue value, std::string& out) {
  const AttributeKind kind = value.kind();
  const bool is_set = kind < AttributeKind::kList;
  out += kind == AttributeKind::kMap ? '{' : '[';
  bool first = true;
  for (AttributeCursor each = value.elements(); each.next(); first = false) {
    if (!first) out += ',';
    if (kind == AttributeKind::kMap) {
      append_json_string(each.name(), out);
      out += ':';
    }
    if (!is_set) {
      append_json(each.value(), out);
    } else if (kind == AttributeKind::kBinarySet) {
      append_json_base64(each.value().text(), out);
    } else {
      append_json_string(each.value().text(), out);
    }
  }
  out += kind == AttributeKind::kMap ? '}' : ']';
}

}  // namespace

void append_json(AttributeValue value, std::string& out) {
  const AttributeKind kind = value.kind();
  out += "{\"";
  out += wire_name(kind);
  out += "\":";
  switch (kind) {
    case AttributeKind::kNone:
      out.resize(out.size() - 3);
      break;
    case AttributeKind::kString:
    case AttributeKind::kNumber:
      append_json_string(value.text(), out);
      break;
    case AttributeKind::kBinary:
      append_json_base64(value.text(), out);
      break;
    case AttributeKind::kBoolean:
      out += value.boolean() ? "true" : "false";
      break;
    case AttributeKind::kNull:
      out += "true";
      break;
    case AttributeKind::kStringSet:
    case AttributeKind::kNumberSet:
    case AttributeKind::kBinarySet:
    case AttributeKind::kList:
    case AttributeKind::kMap:
      append_elements(value, out);
      break;
  }
  out += '}';
}

void append_item_json(AttributeValue item, std::string& out) {
  if (item.is(AttributeKind::kMap)) {
    append_elements(item, out);
  } else {
    out += "{}";
  }
}

}  // namespace fogbank::aws
