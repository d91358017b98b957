#include "aws/pattern.h"

#include <pcre2.h>

#include <array>
#include <bitset>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/text.h"

namespace fogbank::aws {
namespace {

// Bounds the backtracking of one match.
constexpr uint32_t kMatchStepsMax = 100'000;

struct FreeCode {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeMatch {
  void operator()(pcre2_match_data* match) const { pcre2_match_data_free(match); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

// A pattern such as "[a-zA-Z0-9_.-]{1,64}".
struct SimpleClass {
  std::bitset<128> members;
  uint32_t min = 1;
  uint32_t max = 1;
};

constexpr uint32_t kUnbounded = UINT32_MAX;

void add_range(SimpleClass& simple, char first, char last) {
  for (int c = first; c <= last; ++c) simple.members.set(static_cast<std::size_t>(c));
}

// Reads "\w", "\d" or an escaped punctuation mark; false for what is not plain ASCII.
bool add_escape(SimpleClass& simple, char letter) {
  if (letter == 'w') {
    add_range(simple, 'a', 'z');
    add_range(simple, 'A', 'Z');
    add_range(simple, '0', '9');
    add_range(simple, '_', '_');
  } else if (letter == 'd') {
    add_range(simple, '0', '9');
  } else if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
             (letter >= '0' && letter <= '9')) {
    return false;
  } else {
    add_range(simple, letter, letter);
  }
  return true;
}

// Takes the class off the front of `rest`.
bool take_class(std::string_view& rest, SimpleClass& simple) {
  if (rest.size() < 3 || rest[0] != '[' || rest[1] == '^') return false;
  std::size_t i = 1;
  for (; i < rest.size() && rest[i] != ']'; ++i) {
    const char c = rest[i];
    if (static_cast<unsigned char>(c) >= 0x80 || c == '[' || c == '&') return false;
    if (c == '\\') {
      if (++i == rest.size() || !add_escape(simple, rest[i])) return false;
      // A range from or to an escape is left to the full engine.
      if (i + 2 < rest.size() && rest[i + 1] == '-' && rest[i + 2] != ']') return false;
    } else if (i + 2 < rest.size() && rest[i + 1] == '-' && rest[i + 2] != ']') {
      if (rest[i + 2] == '\\' || rest[i + 2] < c) return false;
      add_range(simple, c, rest[i + 2]);
      i += 2;
    } else {
      add_range(simple, c, c);
    }
  }
  if (i >= rest.size()) return false;
  rest.remove_prefix(i + 1);
  return true;
}

bool read_quantifier(std::string_view text, SimpleClass& simple) {
  if (text.empty()) return true;
  if (text == "*" || text == "+") {
    simple.min = text == "+" ? 1 : 0;
    simple.max = kUnbounded;
    return true;
  }
  if (text.size() < 3 || text.front() != '{' || text.back() != '}') return false;
  text = text.substr(1, text.size() - 2);
  const std::size_t comma = text.find(',');
  const auto min = core::parse_number<uint32_t>(text.substr(0, comma));
  if (!min) return false;
  simple.min = *min;
  simple.max = *min;
  if (comma == std::string_view::npos) return true;
  const std::string_view upper = text.substr(comma + 1);
  const auto max = upper.empty() ? kUnbounded : core::parse_number<uint32_t>(upper);
  if (!max) return false;
  simple.max = *max;
  return true;
}

std::optional<SimpleClass> parse_simple(std::string_view pattern) {
  if (pattern.starts_with('^')) pattern.remove_prefix(1);
  if (pattern.ends_with('$')) pattern.remove_suffix(1);
  SimpleClass simple;
  if (!take_class(pattern, simple) || !read_quantifier(pattern, simple)) return std::nullopt;
  return simple;
}

bool matches(const SimpleClass& simple, std::string_view text) {
  if (text.size() < simple.min || text.size() > simple.max) return false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || !simple.members.test(byte)) return false;
  }
  return true;
}

// Takes "\uXXXX" off the front, as PCRE's \x{XXXX}. The models write code points above U+FFFF with
// five or six digits, and surrogates, which UTF-8 does not have, as ends of ranges.
bool translate_code_point(std::string_view& rest, std::string& out) {
  if (!rest.starts_with("\\u") || rest.size() < 6) return false;
  std::size_t digits = 4;
  if (rest.substr(2).starts_with("10000")) digits = 5;
  if (rest.substr(2).starts_with("10FFFF")) digits = 6;
  const std::string_view code = rest.substr(2, digits);
  rest.remove_prefix(2 + digits);
  if (code == "D800" || code == "DC00") {
    out += "\\x{E000}";
  } else if (code == "DBFF" || code == "DFFF") {
    out += "\\x{10FFFF}";
  } else {
    out.append("\\x{").append(code).append("}");
  }
  return true;
}

// Takes one of Java's POSIX classes off the front, such as "\p{Print}".
bool translate_posix_class(std::string_view& rest, bool is_in_class, std::string& out) {
  constexpr std::array<std::string_view, 13> kNames = {"Alnum", "Alpha", "ASCII", "Blank", "Cntrl",
                                                       "Digit", "Graph", "Lower", "Print", "Punct",
                                                       "Space", "Upper", "XDigit"};
  if (!rest.starts_with("\\p{")) return false;
  for (const std::string_view name : kNames) {
    if (!rest.substr(3).starts_with(name) || !rest.substr(3 + name.size()).starts_with('}')) {
      continue;
    }
    rest.remove_prefix(4 + name.size());
    const std::string posix = "[:" + core::to_lower(name) + ":]";
    out += is_in_class ? posix : "[" + posix + "]";
    return true;
  }
  return false;
}

// From Java's syntax to PCRE's.
std::string translated(std::string_view rest) {
  std::string out;
  bool is_in_class = false;
  while (!rest.empty()) {
    if (translate_code_point(rest, out) || translate_posix_class(rest, is_in_class, out)) continue;
    const std::size_t taken = rest[0] == '\\' && rest.size() > 1 ? 2 : 1;
    if (taken == 1 && (rest[0] == '[' || rest[0] == ']')) is_in_class = rest[0] == '[';
    out += rest.substr(0, taken);
    rest.remove_prefix(taken);
  }
  return out;
}

PatternMatch match_full(std::string_view pattern, std::string_view text) {
  const std::string source = translated(pattern);
  int error = 0;
  std::size_t error_at = 0;
  const std::unique_ptr<pcre2_code, FreeCode> code(
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(source.data()), source.size(),
                    PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &error, &error_at, nullptr));
  if (code == nullptr) return PatternMatch::kUnusable;
  const std::unique_ptr<pcre2_match_data, FreeMatch> match(
      pcre2_match_data_create_from_pattern(code.get(), nullptr));
  const std::unique_ptr<pcre2_match_context, FreeContext> context(
      pcre2_match_context_create(nullptr));
  if (match == nullptr || context == nullptr) return PatternMatch::kUnusable;
  pcre2_set_match_limit(context.get(), kMatchStepsMax);
  const int found = pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                0, 0, match.get(), context.get());
  if (found >= 0) return PatternMatch::kYes;
  return found == PCRE2_ERROR_NOMATCH ? PatternMatch::kNo : PatternMatch::kUnusable;
}

}  // namespace

PatternMatch match_pattern(std::string_view pattern, std::string_view text) {
  if (const auto simple = parse_simple(pattern)) {
    return matches(*simple, text) ? PatternMatch::kYes : PatternMatch::kNo;
  }
  return match_full(pattern, text);
}

}  // namespace fogbank::aws
