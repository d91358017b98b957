// DynamoDB's numbers: what is accepted comes back from its own text, orders like its bytes, and
// is exact in sums. Two numbers are separated by a blank.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/check.h"
#include "emulators/dynamodb/numbers.h"

namespace {

using fogbank::core::check;
using fogbank::emulators::dynamodb::Number;

std::string ordered(const Number& number) {
  std::string bytes;
  number.append_ordered(bytes);
  check(bytes.size() <= Number::kOrderedBytesMax, "ordered bytes are bounded");
  return bytes;
}

void check_text(const Number& number) {
  const std::string text = number.text();
  check(text.size() <= Number::kTextBytesMax, "texts are bounded");
  const auto again = Number::parse(text);
  check(again && *again == number, "a number's text is the number");
  check(again->text() == text, "texts are canonical");
}

void check_pair(const Number& a, const Number& b) {
  check((a <=> b) == (ordered(a) <=> ordered(b)), "bytes order like numbers");
  const auto sum = Number::add(a, b);
  const auto other_sum = Number::add(b, a);
  check(sum.has_value() == other_sum.has_value(), "sums commute");
  if (!sum) return;
  check(*sum == *other_sum, "sums commute");
  const auto back = Number::subtract(*sum, b);
  // A sum that cancels digits away may leave nothing of a; one that fits is exact.
  check(back && *back == a, "a sum is exact");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto blank = text.find(' ');
  const auto a = Number::parse(text.substr(0, blank));
  if (!a) return 0;
  check_text(*a);
  if (blank == std::string_view::npos) return 0;
  const auto b = Number::parse(text.substr(blank + 1));
  if (b) check_pair(*a, *b);
  return 0;
}
