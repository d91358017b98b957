#include "emulators/dynamodb/expressions/tree.h"

#include <array>
#include <utility>

namespace fogbank::emulators::dynamodb {

std::string_view symbol_of(Operator op) {
  constexpr std::array<std::string_view, 8> kSymbols = {"=", "<>", "<", "<=", ">", ">=", "+", "-"};
  return kSymbols[static_cast<std::size_t>(op)];
}

Function function_named(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Function>, 8> kFunctions = {{
      {"attribute_exists", Function::kAttributeExists},
      {"attribute_not_exists", Function::kAttributeNotExists},
      {"attribute_type", Function::kAttributeType},
      {"begins_with", Function::kBeginsWith},
      {"contains", Function::kContains},
      {"size", Function::kSize},
      {"if_not_exists", Function::kIfNotExists},
      {"list_append", Function::kListAppend},
  }};
  for (const auto& [known, function] : kFunctions) {
    if (known == name) return function;
  }
  return Function::kUnknown;
}

std::string_view name_of(ActionKind kind) {
  constexpr std::array<std::string_view, 4> kNames = {"SET", "REMOVE", "ADD", "DELETE"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string shown(const Path& path) {
  std::string out = "[";
  for (const PathStep& step : path) {
    if (out.size() > 1) out += ", ";
    out += step.is_index ? "[" + std::to_string(step.index) + "]" : std::string(step.name);
  }
  return out + "]";
}

bool same_path(const Path& a, const Path& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].is_index != b[i].is_index || a[i].index != b[i].index || a[i].name != b[i].name) {
      return false;
    }
  }
  return true;
}

}  // namespace fogbank::emulators::dynamodb
