#include <algorithm>

#include "emulators/dynamodb/expressions/faults.h"
#include "emulators/dynamodb/limits.h"
#include "emulators/dynamodb/values.h"

namespace fogbank::emulators::dynamodb {
namespace {

void misused(const Node& node, Faults& faults) {
  faults.note(FaultClass::kMisusedFunction,
              "The function is not allowed to be used this way in an expression; function: " +
                  std::string(node.text));
}

// Literals have a kind before any item is seen; paths have none, size() answers a number.
AttributeKind known_kind(const Node& node) {
  if (node.kind == NodeKind::kValue) return node.value.kind();
  if (node.kind == NodeKind::kFunction && node.function == Function::kSize) {
    return AttributeKind::kNumber;
  }
  return AttributeKind::kNone;
}

class ConditionCheck final {
 public:
  ConditionCheck(Placeholders& placeholders, Faults& faults)
      : placeholders_(placeholders), faults_(faults) {}

  void condition(Node& node) {
    note_parentheses(node);
    switch (node.kind) {
      case NodeKind::kAnd:
      case NodeKind::kOr:
      case NodeKind::kNot:
        for (Node* inner : node.arguments) condition(*inner);
        return;
      case NodeKind::kFunction:
        if (node.function == Function::kSize) misused(node, faults_);
        function(node);
        return;
      default:
        comparison(node);
    }
  }

 private:
  void note_parentheses(const Node& node) {
    if (node.parentheses > 1) {
      faults_.note(FaultClass::kParentheses, "The expression has redundant parentheses;");
    }
  }

  // An operand of a comparison or function.
  void operand(Node& node) {
    note_parentheses(node);
    if (node.kind == NodeKind::kPath) resolve_path(node.path, placeholders_, faults_);
    if (node.kind == NodeKind::kValue) resolve_value(node, placeholders_, faults_);
    if (node.kind != NodeKind::kFunction) return;
    if (node.function != Function::kSize && node.function != Function::kUnknown) {
      misused(node, faults_);
    }
    function(node);
  }

  void comparison(Node& node) {
    for (Node* argument : node.arguments) operand(*argument);
    if (node.kind == NodeKind::kCompare) {
      check_distinct(node, symbol_of(node.op));
      if (node.op != Operator::kEqual && node.op != Operator::kNotEqual) {
        check_ordered(node, symbol_of(node.op));
      }
    } else if (node.kind == NodeKind::kBetween) {
      check_ordered(node, "BETWEEN");
      check_bounds(node.argument(1), node.argument(2));
    } else if (node.kind == NodeKind::kIn && node.arguments.size() - 1 > kInOperandsMax) {
      faults_.note(FaultClass::kOperandCount,
                   "The IN operator is provided with too many operands; number of operands: " +
                       std::to_string(node.arguments.size() - 1));
    }
  }

  void function(Node& node) {
    for (Node* argument : node.arguments) operand(*argument);
    switch (node.function) {
      case Function::kUnknown:
        faults_.note(FaultClass::kUnknownFunction,
                     "Invalid function name; function: " + std::string(node.text));
        return;
      case Function::kIfNotExists:
      case Function::kListAppend:
        faults_.note(FaultClass::kUnknownFunction,
                     "The function is not allowed in a condition expression; function: " +
                         std::string(node.text));
        return;
      case Function::kAttributeExists:
      case Function::kAttributeNotExists:
        if (has_operands(node, 1, node.text, faults_) && !node.argument(0).is_path()) {
          faults_.note(FaultClass::kFunctionOperand,
                       "Operator or function requires a document path; operator or function: " +
                           std::string(node.text));
        }
        return;
      case Function::kSize:
        if (has_operands(node, 1, node.text, faults_)) check_size(node);
        return;
      default:
        if (!has_operands(node, 2, node.text, faults_)) return;
        check_distinct(node, node.text);
        if (node.function == Function::kBeginsWith) check_begins_with(node);
        if (node.function == Function::kAttributeType) check_attribute_type(node);
    }
  }

  void check_size(const Node& node) {
    const AttributeKind kind = known_kind(node.argument(0));
    if (kind == AttributeKind::kNumber || kind == AttributeKind::kBoolean ||
        kind == AttributeKind::kNull) {
      faults_.note(FaultClass::kFunctionOperand, wrong_operand(node.text, kind));
    }
  }

  void check_begins_with(const Node& node) {
    for (const Node* argument : node.arguments) {
      const AttributeKind kind = known_kind(*argument);
      if (kind != AttributeKind::kNone && kind != AttributeKind::kString &&
          kind != AttributeKind::kBinary) {
        faults_.note(FaultClass::kFunctionOperand, wrong_operand(node.text, kind));
      }
    }
  }

  void check_attribute_type(const Node& node) {
    const AttributeKind kind = known_kind(node.argument(1));
    if (kind != AttributeKind::kString) {
      faults_.note(FaultClass::kFunctionOperand,
                   kind == AttributeKind::kNone
                       ? "Incorrect operand type for operator or function; operator or function: " +
                             std::string(node.text) +
                             ", operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
                       : wrong_operand(node.text, kind));
      return;
    }
    const std::string_view wanted = node.argument(1).value.text();
    for (uint8_t number = 1; number <= static_cast<uint8_t>(AttributeKind::kMap); ++number) {
      if (wanted == aws::wire_name(static_cast<AttributeKind>(number))) return;
    }
    faults_.note(FaultClass::kFunctionOperand,
                 "Invalid attribute type name found; type: " + std::string(wanted) +
                     ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  }

  void check_distinct(const Node& node, std::string_view name) {
    const Node& first = node.argument(0);
    const Node& second = node.argument(1);
    if (!first.is_path() || !second.is_path() || !same_path(first.path, second.path)) return;
    faults_.note(FaultClass::kDistinct,
                 "The first operand must be distinct from the remaining operands for this "
                 "operator or function; operator: " +
                     std::string(name) + ", first operand: " + shown(first.path));
  }

  // Only strings, numbers and binaries have an order.
  void check_ordered(const Node& node, std::string_view name) {
    for (const Node* argument : node.arguments) {
      const AttributeKind kind = known_kind(*argument);
      if (kind == AttributeKind::kNone || is_key_kind(kind)) continue;
      faults_.note(FaultClass::kFunctionOperand,
                   "Incorrect operand type for operator or function; operator: " +
                       std::string(name) + ", operand type: " + std::string(aws::wire_name(kind)));
    }
  }

  void check_bounds(const Node& low, const Node& high) {
    if (!low.value || !high.value) return;
    std::string fault;
    if (low.value.kind() != high.value.kind()) {
      fault = "The BETWEEN operator requires same data type for lower and upper bounds; ";
    } else if (compare(low.value, high.value).value_or(0) > 0) {
      fault =
          "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ";
    } else {
      return;
    }
    faults_.note(FaultClass::kFunctionOperand,
                 fault + "lower bound operand: AttributeValue: " + shown(low.value) +
                     ", upper bound operand: AttributeValue: " + shown(high.value));
  }

  Placeholders& placeholders_;
  Faults& faults_;
};

}  // namespace

void check_condition(Node& root, Placeholders& placeholders, Faults& faults) {
  ConditionCheck(placeholders, faults).condition(root);
}

}  // namespace fogbank::emulators::dynamodb
