// Text as protocols use it: ASCII case, numbers, percent, hex and base64 codes. Nothing here
// depends on a locale and nothing throws.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fogbank::core {

[[nodiscard]] constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
// Without the spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

// The whole text as a decimal number; nothing if anything else is in it or it does not fit.
template <std::integral Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

[[nodiscard]] inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}
[[nodiscard]] inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] std::string to_hex(std::string_view bytes);  // lower case
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

// RFC 4648 section 4, with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
// Refuses other characters, wrong padding and non-zero bits behind the last byte.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

// RFC 3986 section 2.1. A '%' without two hex digits stays as it is. `plus_is_space` is for
// application/x-www-form-urlencoded.
enum class Plus : bool { kLiteral, kSpace };
[[nodiscard]] std::string percent_decode(std::string_view text, Plus plus = Plus::kLiteral);
// Encodes all but the unreserved characters (A-Z a-z 0-9 - _ . ~), and '/' unless kept: the
// encoding that Signature Version 4 prescribes.
enum class Slash : bool { kEncode, kKeep };
[[nodiscard]] std::string percent_encode(std::string_view text, Slash slash = Slash::kEncode);

// True when both are equal; takes the same time wherever they differ.
[[nodiscard]] bool equals_in_constant_time(std::string_view a, std::string_view b);

}  // namespace fogbank::core
