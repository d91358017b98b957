// A strict reader of JSON text (RFC 8259) that hands out one token after another and allocates
// only for strings with escapes. Strings are checked to be UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/arena.h"

namespace fogbank::aws {

class JsonReader final {
 public:
  static constexpr int kNestingMax = 128;
  // What follows one element of an object or array.
  enum class Step : uint8_t { kElement, kEnd, kMalformed };

  JsonReader(std::string_view text, core::Arena& arena)
      : at_(text.data()), end_(text.data() + text.size()), arena_(arena) {}

  // The first character of the next value: one of { [ " - 0..9 t f n, or another (malformed), or
  // '\0' at the end.
  char peek() {
    skip_space();
    return at_ == end_ ? '\0' : *at_;
  }

  // After peek() said so. Each is left by step_object() or step_array() answering kEnd; false when
  // containers nest deeper than kNestingMax.
  [[nodiscard]] bool enter() {
    ++at_;
    is_first_ = true;
    return ++depth_ <= kNestingMax;
  }
  // The next key of the object, with its colon consumed.
  [[nodiscard]] Step step_object(std::string_view& key);
  [[nodiscard]] Step step_array();

  // False when malformed. Views point into the text or, where there were escapes, into the arena.
  [[nodiscard]] bool read_string(std::string_view& out);
  [[nodiscard]] bool read_number(std::string_view& out);
  [[nodiscard]] bool read_literal(std::string_view literal);
  // Reads any value over.
  [[nodiscard]] bool skip();
  // Reads any value over and gives its text.
  [[nodiscard]] bool skip(std::string_view& text);

  [[nodiscard]] bool at_end() {
    skip_space();
    return at_ == end_;
  }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

 private:
  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  [[nodiscard]] Step step(char close);
  [[nodiscard]] bool read_escaped(const char* start, std::string_view& out);
  [[nodiscard]] bool read_escape(char*& to);
  [[nodiscard]] bool read_hex4(uint32_t& out);

  const char* at_;
  const char* end_;
  core::Arena& arena_;
  int depth_ = 0;
  bool is_first_ = false;
};

// RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);
// Code points of a text that is UTF-8.
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace fogbank::aws
