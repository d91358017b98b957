#include "emulators/dynamodb/expressions/faults.h"
#include "emulators/dynamodb/values.h"

namespace fogbank::emulators::dynamodb {
namespace {

// The words of ADD and DELETE for a kind of value.
std::string_view long_name(AttributeKind kind) {
  switch (kind) {
    case AttributeKind::kString:
      return "STRING";
    case AttributeKind::kNumber:
      return "NUMBER";
    case AttributeKind::kBinary:
      return "BINARY";
    case AttributeKind::kBoolean:
      return "BOOLEAN";
    case AttributeKind::kNull:
      return "NULL";
    case AttributeKind::kList:
      return "LIST";
    case AttributeKind::kMap:
      return "MAP";
    default:
      return "";
  }
}

class UpdateCheck final {
 public:
  UpdateCheck(Placeholders& placeholders, Faults& faults)
      : placeholders_(placeholders), faults_(faults) {}

  void action(Action& action) {
    resolve_path(action.path, placeholders_, faults_);
    if (action.value == nullptr) return;
    operand(*action.value);
    if (action.kind == ActionKind::kAdd || action.kind == ActionKind::kDelete) {
      check_action_operand(action);
    }
  }

 private:
  void operand(Node& node) {
    if (node.kind == NodeKind::kPath) resolve_path(node.path, placeholders_, faults_);
    if (node.kind == NodeKind::kValue) resolve_value(node, placeholders_, faults_);
    for (Node* argument : node.arguments) operand(*argument);
    if (node.kind == NodeKind::kArithmetic) {
      check_kinds(node, symbol_of(node.op), AttributeKind::kNumber);
    }
    if (node.kind == NodeKind::kFunction) function(node);
  }

  void function(const Node& node) {
    switch (node.function) {
      case Function::kIfNotExists:
        if (has_operands(node, 2, node.text, faults_) && !node.argument(0).is_path()) {
          faults_.note(FaultClass::kFunctionOperand,
                       "Operator or function requires a document path; operator or function: " +
                           std::string(node.text));
        }
        return;
      case Function::kListAppend:
        if (has_operands(node, 2, node.text, faults_)) {
          check_kinds(node, node.text, AttributeKind::kList);
        }
        return;
      case Function::kUnknown:
        faults_.note(FaultClass::kUnknownFunction,
                     "Invalid function name; function: " + std::string(node.text));
        return;
      default:
        faults_.note(FaultClass::kUnknownFunction,
                     "The function is not allowed in an update expression; function: " +
                         std::string(node.text));
    }
  }

  void check_kinds(const Node& node, std::string_view name, AttributeKind wanted) {
    for (const Node* argument : node.arguments) {
      const AttributeKind kind = argument->value.kind();
      if (kind != AttributeKind::kNone && kind != wanted) {
        faults_.note(FaultClass::kFunctionOperand, wrong_operand(name, kind));
      }
    }
  }

  void check_action_operand(const Action& action) {
    const AttributeKind kind = action.value->value.kind();
    if (kind == AttributeKind::kNone || is_set(kind)) return;
    if (action.kind == ActionKind::kAdd && kind == AttributeKind::kNumber) return;
    faults_.note(FaultClass::kActionOperand,
                 "Incorrect operand type for operator or function; operator: " +
                     std::string(name_of(action.kind)) +
                     ", operand type: " + std::string(long_name(kind)));
  }

  Placeholders& placeholders_;
  Faults& faults_;
};

void check_sections(const UpdateTree& tree, Faults& faults) {
  for (std::size_t later = 1; later < tree.sections.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      if (tree.sections[earlier] != tree.sections[later]) continue;
      faults.note(FaultClass::kSection,
                  "The \"" + std::string(name_of(tree.sections[later])) +
                      "\" section can only be used once in an update expression;");
      return;
    }
  }
}

}  // namespace

void check_update(UpdateTree& tree, Placeholders& placeholders, core::Arena& arena,
                  Faults& faults) {
  UpdateCheck check(placeholders, faults);
  auto paths = aws::List<Path>::make(arena, tree.actions.size());
  for (Action& action : tree.actions) {
    check.action(action);
    paths.append(arena, action.path);
  }
  check_sections(tree, faults);
  check_paths(paths, faults);
}

}  // namespace fogbank::emulators::dynamodb
