#include "emulators/dynamodb/expressions/tokens.h"

#include "core/text.h"

namespace fogbank::emulators::dynamodb {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_part(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

template <class Predicate>
std::size_t span_of(std::string_view text, std::size_t from, Predicate is_part) {
  std::size_t end = from;
  while (end < text.size() && is_part(text[end])) ++end;
  return end;
}

// A character that begins no token, whole even when it is UTF-8.
std::size_t unknown_bytes(std::string_view rest) {
  std::size_t bytes = 1;
  while (bytes < rest.size() && (static_cast<unsigned char>(rest[bytes]) & 0xc0U) == 0x80U) {
    ++bytes;
  }
  return bytes;
}

}  // namespace

bool Token::is_keyword(std::string_view keyword) const {
  return kind == TokenKind::kWord && core::equals_ignoring_case(text, keyword);
}

Token read_token(std::string_view expression, std::size_t from) {
  const std::size_t at = span_of(expression, from, is_space);
  const auto token = [&](TokenKind kind, std::size_t end) {
    return Token{kind, expression.substr(at, end - at), at};
  };
  if (at >= expression.size()) return {TokenKind::kEnd, "<EOF>", expression.size()};
  const char first = expression[at];
  if (is_letter(first)) return token(TokenKind::kWord, span_of(expression, at, is_word_part));
  if (is_digit(first)) return token(TokenKind::kDigits, span_of(expression, at, is_digit));
  if (first == '#' || first == ':') {
    const std::size_t end = span_of(expression, at + 1, is_word_part);
    if (end == at + 1) return token(TokenKind::kUnknown, end);
    return token(first == '#' ? TokenKind::kNameHolder : TokenKind::kValueHolder, end);
  }
  const std::string_view two = expression.substr(at, 2);
  if (two == "<>" || two == "<=" || two == ">=") return token(TokenKind::kSymbol, at + 2);
  if (std::string_view("=<>()[],.+-").find(first) != std::string_view::npos) {
    return token(TokenKind::kSymbol, at + 1);
  }
  return token(TokenKind::kUnknown, at + unknown_bytes(expression.substr(at)));
}

}  // namespace fogbank::emulators::dynamodb
