#include "emulators/dynamodb/numbers.h"

#include <algorithm>
#include <cstring>

namespace fogbank::emulators::dynamodb {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The exponent part behind 'e'; saturates, since any huge exponent is out of range anyway.
bool parse_exponent(std::string_view text, int64_t& exponent) {
  constexpr int64_t kHuge = 1'000'000'000'000;
  const bool is_negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return false;
  int64_t value = 0;
  for (const char c : text) value = std::min(kHuge, value * 10 + (c - '0'));
  exponent = is_negative ? -value : value;
  return true;
}

// Digits of the larger magnitude plus the widest gap at which the smaller one still matters.
constexpr int kSumDigitsMax = 2 * Number::kDigitsMax + 2;

}  // namespace

std::string number_error_message(NumberError error, std::string_view text) {
  switch (error) {
    case NumberError::kOverflow:
      return "Number overflow. Attempting to store a number with magnitude larger than supported "
             "range";
    case NumberError::kUnderflow:
      return "Number underflow. Attempting to store a number with magnitude smaller than "
             "supported range";
    case NumberError::kTooPrecise:
      return "Attempting to store more than 38 significant digits in a Number";
    case NumberError::kNotNumeric:
      break;
  }
  const std::string message = "The parameter cannot be converted to a numeric value";
  return text.empty() ? message : message + ": " + std::string(text);
}

core::Result<Number, NumberError> Number::parse(std::string_view text) {
  Number out;
  out.is_negative_ = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);

  int64_t exponent = 0;
  const auto mark = text.find_first_of("eE");
  if (mark != std::string_view::npos) {
    if (!parse_exponent(text.substr(mark + 1), exponent)) return NumberError::kNotNumeric;
    text = text.substr(0, mark);
  }
  const auto point = text.find('.');
  const auto whole_digits = static_cast<int64_t>(point == text.npos ? text.size() : point);
  const auto all_digits = static_cast<int64_t>(text.size()) - (point == text.npos ? 0 : 1);
  if (all_digits == 0) return NumberError::kNotNumeric;

  int64_t position = 0;  // among the digits, the point left out
  int64_t first = -1;
  int64_t count = 0;  // from the first significant digit to the last that is not zero
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == point) continue;
    if (!is_digit(text[i])) return NumberError::kNotNumeric;
    if (text[i] != '0') {
      if (first < 0) first = position;
      count = position - first + 1;
    }
    if (first >= 0 && position - first < kDigitsMax) {
      out.digits_[static_cast<std::size_t>(position - first)] = static_cast<uint8_t>(text[i] - '0');
    }
    ++position;
  }
  if (first < 0) return Number();
  const int64_t magnitude = whole_digits - 1 - first + exponent;
  if (magnitude > kExponentMax) return NumberError::kOverflow;
  if (magnitude < kExponentMin) return NumberError::kUnderflow;
  if (count > kDigitsMax) return NumberError::kTooPrecise;
  out.count_ = static_cast<uint8_t>(count);
  out.exponent_ = static_cast<int16_t>(magnitude);
  return out;
}

core::Result<Number, NumberError> Number::from_digits(const uint8_t* digits, int count,
                                                      int exponent) {
  while (count > 0 && *digits == 0) {
    ++digits;
    --count;
    --exponent;
  }
  while (count > 0 && digits[count - 1] == 0) --count;
  Number out;
  if (count == 0) return out;
  if (exponent > kExponentMax || count > kDigitsMax) return NumberError::kOverflow;
  if (exponent < kExponentMin) return NumberError::kUnderflow;
  std::copy_n(digits, count, out.digits_.begin());
  out.count_ = static_cast<uint8_t>(count);
  out.exponent_ = static_cast<int16_t>(exponent);
  return out;
}

Number Number::negated() const {
  Number out = *this;
  if (!out.is_zero()) out.is_negative_ = !out.is_negative_;
  return out;
}

std::strong_ordering Number::compare_magnitude(const Number& a, const Number& b) {
  if (a.is_zero() || b.is_zero()) return b.is_zero() <=> a.is_zero();
  if (a.exponent_ != b.exponent_) return a.exponent_ <=> b.exponent_;
  // Unused digits are zero, so comparing all of them is comparing the numbers.
  return std::memcmp(a.digits_.data(), b.digits_.data(), a.digits_.size()) <=> 0;
}

std::strong_ordering operator<=>(const Number& a, const Number& b) {
  if (a.is_negative_ != b.is_negative_) return b.is_negative_ <=> a.is_negative_;
  return a.is_negative_ ? Number::compare_magnitude(b, a) : Number::compare_magnitude(a, b);
}

core::Result<Number, NumberError> Number::add_magnitudes(const Number& a, const Number& b) {
  const Number& large = a.exponent_ >= b.exponent_ ? a : b;
  const Number& small = a.exponent_ >= b.exponent_ ? b : a;
  const int gap = large.exponent_ - small.exponent_;
  if (gap >= kDigitsMax) return NumberError::kOverflow;  // needs more digits than there are
  uint8_t sum[kSumDigitsMax] = {};                       // sum[0] takes the carry
  std::copy_n(large.digits_.begin(), large.count_, sum + 1);
  for (int i = small.count_ - 1; i >= 0; --i) {
    int at = 1 + gap + i;
    sum[at] = static_cast<uint8_t>(sum[at] + small.digits_[static_cast<std::size_t>(i)]);
    for (; sum[at] > 9; --at) {
      sum[at] = static_cast<uint8_t>(sum[at] - 10);
      ++sum[at - 1];
    }
  }
  return from_digits(sum, kSumDigitsMax, large.exponent_ + 1);
}

core::Result<Number, NumberError> Number::subtract_magnitudes(const Number& large,
                                                              const Number& small) {
  const int gap = large.exponent_ - small.exponent_;
  if (gap > kDigitsMax) return NumberError::kOverflow;
  int8_t difference[kSumDigitsMax] = {};
  std::copy_n(large.digits_.begin(), large.count_, difference);
  for (int i = small.count_ - 1; i >= 0; --i) {
    int at = gap + i;
    difference[at] =
        static_cast<int8_t>(difference[at] - small.digits_[static_cast<std::size_t>(i)]);
    for (; difference[at] < 0; --at) {
      difference[at] = static_cast<int8_t>(difference[at] + 10);
      --difference[at - 1];
    }
  }
  uint8_t digits[kSumDigitsMax];
  std::copy(std::begin(difference), std::end(difference), digits);
  return from_digits(digits, kSumDigitsMax, large.exponent_);
}

core::Result<Number, NumberError> Number::add(const Number& a, const Number& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  if (a.is_negative_ == b.is_negative_) {
    auto sum = add_magnitudes(a, b);
    if (sum && a.is_negative_) return sum->negated();
    return sum;
  }
  const auto order = compare_magnitude(a, b);
  if (order == 0) return Number();
  const Number& large = order > 0 ? a : b;
  auto difference = subtract_magnitudes(large, order > 0 ? b : a);
  if (difference && large.is_negative_) return difference->negated();
  return difference;
}

core::Result<Number, NumberError> Number::subtract(const Number& a, const Number& b) {
  return add(a, b.negated());
}

void Number::append_text(std::string& out) const {
  if (is_zero()) {
    out.push_back('0');
    return;
  }
  if (is_negative_) out.push_back('-');
  const int whole = exponent_ + 1;  // digits before the point
  if (whole <= 0) {
    out.append("0.");
    out.append(static_cast<std::size_t>(-whole), '0');
  }
  for (int i = 0; i < count_; ++i) {
    if (i == whole && i > 0) out.push_back('.');
    out.push_back(static_cast<char>('0' + digits_[static_cast<std::size_t>(i)]));
  }
  if (whole > count_) out.append(static_cast<std::size_t>(whole - count_), '0');
}

std::string Number::text() const {
  std::string out;
  append_text(out);
  return out;
}

// Sign 1, 2 (zero) or 3, then exponent + 130, then each pair of digits as 1 to 100, then 0. For
// negative numbers all but the sign is complemented, which turns the order round.
void Number::append_ordered(std::string& out) const {
  if (is_zero()) {
    out.push_back(2);
    return;
  }
  const uint8_t flip = is_negative_ ? 0xff : 0;
  const auto put = [&out, flip](int byte) {
    out.push_back(static_cast<char>(static_cast<uint8_t>(byte) ^ flip));
  };
  out.push_back(is_negative_ ? 1 : 3);
  put(exponent_ - kExponentMin);
  for (std::size_t i = 0; i < count_; i += 2) {
    const int second = i + 1 < count_ ? digits_[i + 1] : 0;
    put(1 + digits_[i] * 10 + second);
  }
  put(0);
}

}  // namespace fogbank::emulators::dynamodb
