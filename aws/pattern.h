// Patterns of the API models: Java regular expressions that a whole text must match.
#pragma once

#include <cstdint>
#include <string_view>

namespace fogbank::aws {

enum class PatternMatch : uint8_t {
  kYes,
  kNo,
  kUnusable,  // the pattern cannot be compiled, or takes too many steps on this text
};

// One class with a quantifier, which most patterns are, costs one walk over the text; others are
// compiled for each call.
[[nodiscard]] PatternMatch match_pattern(std::string_view pattern, std::string_view text);

}  // namespace fogbank::aws
