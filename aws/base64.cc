#include "aws/base64.h"

#include <array>

namespace fogbank::aws {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kInvalid = 64;

constexpr std::array<uint8_t, 256> kValues = [] {
  std::array<uint8_t, 256> table{};
  table.fill(kInvalid);
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    table[static_cast<unsigned char>(kDigits[i])] = static_cast<uint8_t>(i);
  }
  return table;
}();

uint32_t value_of(char c) { return kValues[static_cast<unsigned char>(c)]; }

}  // namespace

void append_base64(std::string_view bytes, std::string& out) {
  const auto byte = [&](std::size_t i) -> uint32_t {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
  };
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    const char digits[] = {kDigits[group >> 18], kDigits[(group >> 12) & 63],
                           i + 1 < bytes.size() ? kDigits[(group >> 6) & 63] : '=',
                           i + 2 < bytes.size() ? kDigits[group & 63] : '='};
    out.append(digits, sizeof digits);
  }
}

Base64Fault decode_base64(std::string_view text, char* to, std::size_t& bytes) {
  bytes = 0;
  if (text.size() % 4 != 0) return Base64Fault::kLength;
  std::string_view digits = text;
  for (int i = 0; i < 2 && digits.ends_with('='); ++i) digits.remove_suffix(1);
  uint32_t group = 0;
  std::size_t count = 0;
  for (const char c : digits) {
    const uint32_t value = value_of(c);
    if (value == kInvalid) return Base64Fault::kCharacter;
    group = group << 6 | value;
    if (++count % 4 != 0) continue;
    to[bytes++] = static_cast<char>(group >> 16 & 0xff);
    to[bytes++] = static_cast<char>(group >> 8 & 0xff);
    to[bytes++] = static_cast<char>(group & 0xff);
    group = 0;
  }
  if (count % 4 == 2) {
    if ((group & 0xf) != 0) return Base64Fault::kLastBits;
    to[bytes++] = static_cast<char>(group >> 4 & 0xff);
  } else if (count % 4 == 3) {
    if ((group & 0x3) != 0) return Base64Fault::kLastBits;
    to[bytes++] = static_cast<char>(group >> 10 & 0xff);
    to[bytes++] = static_cast<char>(group >> 2 & 0xff);
  }
  return Base64Fault::kNone;
}

std::string describe(Base64Fault fault, std::string_view text) {
  switch (fault) {
    case Base64Fault::kLength:
      return "Base64 encoded length is expected a multiple of 4 bytes but found: " +
             std::to_string(text.size());
    case Base64Fault::kLastBits:
      // The spelling is AWS's.
      return "Invalid last non-pad Base64 character dectected";
    case Base64Fault::kCharacter:
    case Base64Fault::kNone:
      break;
  }
  return "Invalid Base64 character detected";
}

}  // namespace fogbank::aws
