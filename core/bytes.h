// Binary records: bounds-checked reading, and writing, of integers (most significant byte first,
// so that keys sort as numbers) and of texts with their length before them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/check.h"

namespace fogbank::core {

// A read past the end answers zero or nothing and sticks: check ok() once, at the end.
class ByteReader final {
 public:
  explicit ByteReader(std::string_view bytes) : left_(bytes) {}

  [[nodiscard]] uint8_t u8() { return static_cast<uint8_t>(number(1)); }
  [[nodiscard]] uint16_t u16() { return static_cast<uint16_t>(number(2)); }
  [[nodiscard]] uint32_t u32() { return static_cast<uint32_t>(number(4)); }
  [[nodiscard]] uint64_t u64() { return number(8); }
  [[nodiscard]] int64_t i64() { return static_cast<int64_t>(number(8)); }
  // The next `count` bytes, a view of the input.
  [[nodiscard]] std::string_view bytes(std::size_t count) {
    if (count > left_.size()) {
      is_ok_ = false;
      left_ = {};
      return {};
    }
    const std::string_view out = left_.substr(0, count);
    left_.remove_prefix(count);
    return out;
  }
  // Texts behind a length of one, two or four bytes.
  [[nodiscard]] std::string_view text8() { return bytes(u8()); }
  [[nodiscard]] std::string_view text16() { return bytes(u16()); }
  [[nodiscard]] std::string_view text32() { return bytes(u32()); }

  [[nodiscard]] std::string_view left() const { return left_; }
  [[nodiscard]] bool ok() const { return is_ok_; }
  [[nodiscard]] bool is_at_end() const { return is_ok_ && left_.empty(); }

 private:
  [[nodiscard]] uint64_t number(std::size_t count) {
    uint64_t value = 0;
    for (const char c : bytes(count)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  std::string_view left_;
  bool is_ok_ = true;
};

class ByteWriter final {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  ByteWriter& u8(uint8_t value) { return number(value, 1); }
  ByteWriter& u16(uint16_t value) { return number(value, 2); }
  ByteWriter& u32(uint32_t value) { return number(value, 4); }
  ByteWriter& u64(uint64_t value) { return number(value, 8); }
  ByteWriter& i64(int64_t value) { return number(static_cast<uint64_t>(value), 8); }
  ByteWriter& bytes(std::string_view text) {
    out_.append(text);
    return *this;
  }
  // The caller has kept the text within what the length can say.
  ByteWriter& text8(std::string_view text) {
    check(text.size() <= 0xff, "a text of at most 255 bytes");
    return u8(static_cast<uint8_t>(text.size())).bytes(text);
  }
  ByteWriter& text16(std::string_view text) {
    check(text.size() <= 0xffff, "a text of at most 65,535 bytes");
    return u16(static_cast<uint16_t>(text.size())).bytes(text);
  }
  ByteWriter& text32(std::string_view text) {
    check(text.size() <= 0xffff'ffff, "a text of less than 4 GiB");
    return u32(static_cast<uint32_t>(text.size())).bytes(text);
  }

 private:
  ByteWriter& number(uint64_t value, unsigned count) {
    for (unsigned i = count; i-- > 0;) out_ += static_cast<char>(value >> (8 * i) & 255);
    return *this;
  }
  std::string& out_;
};

}  // namespace fogbank::core
