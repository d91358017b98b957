// The words of an expression, read one at a time; nothing is kept but views of the text.
#pragma once

#include <cstdint>
#include <string_view>

namespace fogbank::emulators::dynamodb {

enum class TokenKind : uint8_t {
  kEnd,
  kWord,         // name, keyword or function
  kNameHolder,   // #name
  kValueHolder,  // :value
  kDigits,
  kSymbol,  // = <> < <= > >= ( ) [ ] , . + -
  kUnknown,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // "<EOF>" at the end
  std::size_t at = 0;     // offset in the expression
  [[nodiscard]] bool is_symbol(std::string_view symbol) const {
    return kind == TokenKind::kSymbol && text == symbol;
  }
  // Keywords are words in any case.
  [[nodiscard]] bool is_keyword(std::string_view keyword) const;
  [[nodiscard]] std::size_t end() const { return kind == TokenKind::kEnd ? at : at + text.size(); }
};

// The token at or behind `from`.
[[nodiscard]] Token read_token(std::string_view expression, std::size_t from);

}  // namespace fogbank::emulators::dynamodb
