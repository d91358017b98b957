// What expressions are parsed into. All of it lives on the request's arena.
#pragma once

#include <cstdint>
#include <string_view>

#include "aws/dynamodb_value.h"
#include "aws/shape.h"

namespace fogbank::emulators::dynamodb {

// One step of a document path: `.name` or `[index]`.
struct PathStep {
  std::string_view name;  // with its '#' until placeholders are filled in
  uint32_t index = 0;
  bool is_index = false;
  bool is_placeholder = false;
};
using Path = aws::List<PathStep>;

enum class Operator : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  // Arithmetic, in SET only.
  kPlus,
  kMinus,
};
[[nodiscard]] std::string_view symbol_of(Operator op);

enum class Function : uint8_t {
  kUnknown,
  kAttributeExists,
  kAttributeNotExists,
  kAttributeType,
  kBeginsWith,
  kContains,
  kSize,
  // In SET only.
  kIfNotExists,
  kListAppend,
};
[[nodiscard]] Function function_named(std::string_view name);

enum class NodeKind : uint8_t {
  // Operands; a function may also be a condition.
  kPath,
  kValue,
  kFunction,
  kArithmetic,
  // Conditions.
  kCompare,
  kBetween,
  kIn,
  kAnd,
  kOr,
  kNot,
};

struct Node {
  NodeKind kind = NodeKind::kPath;
  Operator op = Operator::kEqual;
  Function function = Function::kUnknown;
  uint8_t parentheses = 0;  // pairs directly around it
  std::string_view text;    // name of the function; ":value"
  Path path;
  aws::AttributeValue value;  // of a placeholder, once filled in
  aws::List<Node*> arguments;

  [[nodiscard]] bool is_operand() const {
    return kind == NodeKind::kPath || kind == NodeKind::kValue;
  }
  [[nodiscard]] bool is_path() const { return kind == NodeKind::kPath; }
  [[nodiscard]] const Node& argument(std::size_t index) const { return *arguments[index]; }
};

enum class ActionKind : uint8_t { kSet, kRemove, kAdd, kDelete };
[[nodiscard]] std::string_view name_of(ActionKind kind);

struct Action {
  ActionKind kind = ActionKind::kSet;
  Path path;
  Node* value = nullptr;  // not of REMOVE
};

struct UpdateTree {
  aws::List<Action> actions;
  aws::List<ActionKind> sections;  // in their order; one named twice is an error
};

// "[a, [1], b]" as AWS prints a path.
std::string shown(const Path& path);
[[nodiscard]] bool same_path(const Path& a, const Path& b);

}  // namespace fogbank::emulators::dynamodb
