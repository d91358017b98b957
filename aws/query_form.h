// Parameters of the query and ec2 protocols as a tree: "Tag.1.Key=a" is the value "a" at
// Tag -> 1 -> Key.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/arena.h"

namespace fogbank::aws {

struct FormNode {
  std::string_view name;
  std::string_view value;
  bool has_value = false;
  FormNode* first_child = nullptr;
  FormNode* next = nullptr;

  [[nodiscard]] const FormNode* child(std::string_view wanted) const {
    for (const FormNode* each = first_child; each != nullptr; each = each->next) {
      if (each->name == wanted) return each;
    }
    return nullptr;
  }
};

// A client that sends more has lost its way.
inline constexpr std::size_t kFormParametersMax = 10'000;
inline constexpr std::size_t kFormDepthMax = 32;

// Decodes application/x-www-form-urlencoded text, first `query`, then `body`; of a name given
// twice the last value stands. Nothing when a limit is exceeded. Nodes and decoded text are on the
// arena.
[[nodiscard]] std::optional<FormNode> parse_form(std::string_view query, std::string_view body,
                                                 core::Arena& arena);

// The raw, still encoded value of a parameter whose name needs no decoding.
[[nodiscard]] std::optional<std::string_view> find_parameter(std::string_view form,
                                                             std::string_view name);

}  // namespace fogbank::aws
