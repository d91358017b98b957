#include "models/modelc/names.h"

#include <algorithm>
#include <array>

namespace fogbank::modelc {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lowered(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr auto kReserved = std::to_array<std::string_view>(
    {"alignas",  "alignof",   "and",       "asm",       "assert",   "auto",      "bool",
     "break",    "case",      "catch",     "char",      "class",    "compl",     "concept",
     "const",    "consteval", "constexpr", "constinit", "continue", "decltype",  "default",
     "delete",   "do",        "double",    "else",      "enum",     "errno",     "explicit",
     "export",   "extern",    "false",     "float",     "for",      "friend",    "goto",
     "if",       "inline",    "int",       "long",      "mutable",  "namespace", "new",
     "noexcept", "not",       "nullptr",   "operator",  "or",       "private",   "protected",
     "public",   "register",  "requires",  "return",    "short",    "signed",    "sizeof",
     "static",   "struct",    "switch",    "template",  "this",     "throw",     "true",
     "try",      "typedef",   "typeid",    "typename",  "union",    "unsigned",  "using",
     "virtual",  "void",      "volatile",  "while",     "xor"});

std::string unreserved(std::string name) {
  if (std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) name += '_';
  return name;
}

// End of the word that starts at `start`.
std::size_t word_end(std::string_view text, std::size_t start) {
  std::size_t end = start;
  while (end < text.size() && (is_upper(text[end]) || is_digit(text[end]))) ++end;
  const std::size_t run = end - start;
  if (end == text.size() || !is_lower(text[end])) return std::max(end, start + 1);
  const bool plural = run > 1 && text[end] == 's' && is_upper(text[end - 1]) &&
                      (end + 1 == text.size() || is_upper(text[end + 1]));
  if (plural) return end + 1;
  if (run > 1 && is_upper(text[end - 1])) return end - 1;
  while (end < text.size() && (is_lower(text[end]) || is_digit(text[end]))) ++end;
  return end;
}

}  // namespace

std::string member_name(std::string_view model_name) {
  std::string out;
  for (std::size_t at = 0; at < model_name.size();) {
    if (!is_upper(model_name[at]) && !is_lower(model_name[at]) && !is_digit(model_name[at])) {
      ++at;
      continue;
    }
    const std::size_t end = word_end(model_name, at);
    if (!out.empty()) out += '_';
    for (; at < end; ++at) out += lowered(model_name[at]);
  }
  if (!out.empty() && is_digit(out[0])) out.insert(0, "n");
  return unreserved(std::move(out));
}

std::string type_name(std::string_view model_name) {
  std::string out(model_name);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return !is_upper(c) && !is_lower(c) && !is_digit(c); },
      '_');
  while (!out.empty() && out[0] == '_') out.erase(0, 1);
  return unreserved(std::move(out));
}

}  // namespace fogbank::modelc
