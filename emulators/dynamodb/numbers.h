// DynamoDB's number type: exact decimals of up to 38 significant digits with a magnitude between
// 1E-130 and 9.9999999999999999999999999999999999999E+125 (DynamoDB Developer Guide, Naming Rules
// and Data Types, Number).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace fogbank::emulators::dynamodb {

enum class NumberError : uint8_t { kNotNumeric, kOverflow, kUnderflow, kTooPrecise };

// AWS's words for a number that was refused; `text` is what the client sent.
std::string number_error_message(NumberError error, std::string_view text);

class Number final {
 public:
  static constexpr int kDigitsMax = 38;
  static constexpr int kExponentMax = 125;
  static constexpr int kExponentMin = -130;
  // "-0." + 130 zeros + 38 digits, or "-" + 126 digits.
  static constexpr std::size_t kTextBytesMax = 171;
  // Sign, exponent, 19 pairs of digits (20 when split oddly), end mark.
  static constexpr std::size_t kOrderedBytesMax = 23;

  Number() = default;  // zero

  // [+-] digits [. digits] [e [+-] digits]; no spaces, NaN or Infinity.
  static core::Result<Number, NumberError> parse(std::string_view text);

  // The result must fit too. AWS calls every result that does not an overflow, also the one that
  // would only need more digits.
  static core::Result<Number, NumberError> add(const Number& a, const Number& b);
  static core::Result<Number, NumberError> subtract(const Number& a, const Number& b);

  // As AWS answers it: no exponent, no leading or trailing zeros, no "-0".
  void append_text(std::string& out) const;
  [[nodiscard]] std::string text() const;

  // Bytes that memcmp in numeric order and of which none is a prefix of another.
  void append_ordered(std::string& out) const;

  [[nodiscard]] bool is_zero() const { return count_ == 0; }
  friend std::strong_ordering operator<=>(const Number& a, const Number& b);
  friend bool operator==(const Number& a, const Number& b) { return (a <=> b) == 0; }

 private:
  static std::strong_ordering compare_magnitude(const Number& a, const Number& b);
  static core::Result<Number, NumberError> add_magnitudes(const Number& a, const Number& b);
  static core::Result<Number, NumberError> subtract_magnitudes(const Number& large,
                                                               const Number& small);
  // From digits at scale `exponent` of the first, with leading and trailing zeros allowed.
  static core::Result<Number, NumberError> from_digits(const uint8_t* digits, int count,
                                                       int exponent);
  [[nodiscard]] Number negated() const;

  // d.ddd times 10 to the power exponent_, which is that of the first digit. Digits
  // neither start nor end with zero; zero has none.
  std::array<uint8_t, kDigitsMax> digits_{};
  uint8_t count_ = 0;
  bool is_negative_ = false;
  int16_t exponent_ = 0;
};

}  // namespace fogbank::emulators::dynamodb
