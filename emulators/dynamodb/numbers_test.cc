#include "emulators/dynamodb/numbers.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace fogbank::emulators::dynamodb {
namespace {

std::string canonical(std::string_view text) {
  const auto number = Number::parse(text);
  return number ? number->text() : number_error_message(number.error(), text);
}

constexpr const char* kOverflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr const char* kUnderflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
constexpr const char* kPrecise = "Attempting to store more than 38 significant digits in a Number";
constexpr const char* kNotNumeric = "The parameter cannot be converted to a numeric value";

TEST_CASE("dynamodb numbers are answered in AWS's canonical form or refused in its words") {
  struct Row {
    const char* text;
    std::string expected;
  };
  const std::string digits38 = "12345678901234567890123456789012345678";
  const Row rows[] = {
      {"0", "0"},
      {"-0", "0"},
      {"0e1000", "0"},
      {"-0.000", "0"},
      {"3", "3"},
      {"+3", "3"},
      {"007", "7"},
      {"1.50", "1.5"},
      {".123", "0.123"},
      {"5.", "5"},
      {"-1.25E-3", "-0.00125"},
      {"1e+5", "100000"},
      {"-17.4E37", "-174" + std::string(36, '0')},
      {"1e125", "1" + std::string(125, '0')},
      {"1e-130", "0." + std::string(129, '0') + "1"},
      {"12345678901234567890123456789012345678", digits38},
      {"0.12345678901234567890123456789012345678", "0." + digits38},
      {"123456789012345678901234567890123456780", digits38 + "0"},
      {"1e126", kOverflow},
      {"-1e126", kOverflow},
      {"11e125", kOverflow},
      {"1e99999999999999999999", kOverflow},
      {"1e-131", kUnderflow},
      {"0.9e-130", kUnderflow},
      {"1e-99999999999999999999", kUnderflow},
      {"123456789012345678901234567890123456789", kPrecise},
      {"-1.23456789012345678901234567890123456789", kPrecise},
      {"", kNotNumeric},
      {"b", std::string(kNotNumeric) + ": b"},
      {"-", std::string(kNotNumeric) + ": -"},
      {".", std::string(kNotNumeric) + ": ."},
      {"1.2.3", std::string(kNotNumeric) + ": 1.2.3"},
      {"1e", std::string(kNotNumeric) + ": 1e"},
      {"e5", std::string(kNotNumeric) + ": e5"},
      {" 1", std::string(kNotNumeric) + ":  1"},
      {"1 ", std::string(kNotNumeric) + ": 1 "},
      {"0x10", std::string(kNotNumeric) + ": 0x10"},
      {"NaN", std::string(kNotNumeric) + ": NaN"},
      {"Infinity", std::string(kNotNumeric) + ": Infinity"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(canonical(row.text) == row.expected);
  }
}

TEST_CASE("dynamodb numbers add and subtract exactly and refuse what 38 digits cannot hold") {
  struct Row {
    const char* a;
    const char* b;
    const char* sum;
    const char* difference;
  };
  const Row rows[] = {
      {"1", "2", "3", "-1"},
      {"0", "0", "0", "0"},
      {"0", "-5", "-5", "5"},
      {"99", "1", "100", "98"},
      {"0.1", "0.2", "0.3", "-0.1"},
      {"100", "0.01", "100.01", "99.99"},
      {"-5", "3", "-2", "-8"},
      {"1", "10000000000000000000000", "10000000000000000000001", "-9999999999999999999999"},
      {"99999999999999999999999999999999999999", "1", "100000000000000000000000000000000000000",
       "99999999999999999999999999999999999998"},
      {"1e50", "1", kOverflow, kOverflow},
      {"1e125", "1e-130", kOverflow, kOverflow},
      {"1e38", "1", kOverflow, "99999999999999999999999999999999999999"},
      {"9e125", "9e125", kOverflow, "0"},
      {"9e125", "-9e125", "0", kOverflow},
      {"1.1e-130", "1e-130", kOverflow, kUnderflow},
  };
  const auto shown = [](const core::Result<Number, NumberError>& result) {
    return result ? result->text() : number_error_message(result.error(), "");
  };
  for (const auto& row : rows) {
    CAPTURE(row.a);
    CAPTURE(row.b);
    const auto a = *Number::parse(row.a);
    const auto b = *Number::parse(row.b);
    if (std::string_view(row.a) != "1.1e-130") {
      CHECK(shown(Number::add(a, b)) == row.sum);
      CHECK(shown(Number::add(b, a)) == row.sum);
    }
    CHECK(shown(Number::subtract(a, b)) == row.difference);
  }
}

TEST_CASE("dynamodb numbers' ordered bytes compare as the numbers do") {
  const char* const ascending[] = {"-9e125", "-1e125", "-100.1", "-100",   "-99.9",   "-12.3",
                                   "-12",    "-1.5",   "-1",     "-0.5",   "-1e-130", "0",
                                   "1e-130", "2e-130", "0.05",   "0.5",    "0.51",    "1",
                                   "1.05",   "1.5",    "2",      "9.99",   "10",      "12",
                                   "12.3",   "99",     "100",    "123456", "1e125",   "9.9e125"};
  std::vector<std::string> encoded;
  for (const char* text : ascending) {
    std::string bytes;
    Number::parse(text)->append_ordered(bytes);
    CHECK(bytes.size() <= Number::kOrderedBytesMax);
    encoded.push_back(bytes);
  }
  for (std::size_t i = 1; i < encoded.size(); ++i) {
    CAPTURE(ascending[i]);
    CHECK(encoded[i - 1] < encoded[i]);
    CHECK(*Number::parse(ascending[i - 1]) < *Number::parse(ascending[i]));
    CHECK_FALSE(encoded[i].starts_with(encoded[i - 1]));
  }
}

}  // namespace
}  // namespace fogbank::emulators::dynamodb
