// Base64 of RFC 4648 section 4 without allocation of its own, with the faults told apart that
// AWS words differently.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fogbank::aws {

void append_base64(std::string_view bytes, std::string& out);

enum class Base64Fault : uint8_t {
  kNone,
  kLength,     // not a multiple of four
  kCharacter,  // outside the alphabet, or padding within
  kLastBits,   // bits behind the last byte are set
};

// Room for the decoded bytes of a text of that length.
[[nodiscard]] constexpr std::size_t base64_bytes_max(std::size_t text_bytes) {
  return text_bytes / 4 * 3;
}

// Writes to `to`, which has room for base64_bytes_max(); `bytes` is how many were written.
[[nodiscard]] Base64Fault decode_base64(std::string_view text, char* to, std::size_t& bytes);

// AWS's words for a fault in `text`.
[[nodiscard]] std::string describe(Base64Fault fault, std::string_view text);

}  // namespace fogbank::aws
