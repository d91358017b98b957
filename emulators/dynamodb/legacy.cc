// The parameters that expressions have replaced (Developer Guide, "Legacy conditional
// parameters"), turned into the trees of expressions.
#include <algorithm>
#include <string>

#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/parameters.h"

namespace fogbank::emulators::dynamodb {
namespace {

enum class Comparison : uint8_t {
  kEq,
  kNe,
  kLe,
  kLt,
  kGe,
  kGt,
  kNotNull,
  kNull,
  kContains,
  kNotContains,
  kBeginsWith,
  kIn,
  kBetween,
};

struct ComparisonRule {
  std::string_view name;
  Comparison comparison;
  std::size_t operands_min;
  std::size_t operands_max;
  std::string_view kinds;  // of operands, each with a space on both sides; empty: any
};

constexpr std::size_t kMany = 100;
constexpr std::string_view kScalars = " S N B ";
constexpr ComparisonRule kRules[] = {
    {"EQ", Comparison::kEq, 1, 1, {}},
    {"NE", Comparison::kNe, 1, 1, {}},
    {"LE", Comparison::kLe, 1, 1, kScalars},
    {"LT", Comparison::kLt, 1, 1, kScalars},
    {"GE", Comparison::kGe, 1, 1, kScalars},
    {"GT", Comparison::kGt, 1, 1, kScalars},
    {"NOT_NULL", Comparison::kNotNull, 0, 0, {}},
    {"NULL", Comparison::kNull, 0, 0, {}},
    {"CONTAINS", Comparison::kContains, 1, 1, " S N B BOOL "},
    {"NOT_CONTAINS", Comparison::kNotContains, 1, 1, " S N B BOOL "},
    {"BEGINS_WITH", Comparison::kBeginsWith, 1, 1, " S B "},
    {"IN", Comparison::kIn, 1, kMany, kScalars},
    {"BETWEEN", Comparison::kBetween, 2, 2, kScalars},
};

const ComparisonRule* rule_named(std::string_view name) {
  const auto* const rule = std::find_if(std::begin(kRules), std::end(kRules),
                                        [name](const auto& each) { return each.name == name; });
  return rule == std::end(kRules) ? nullptr : rule;
}

class Builder final {
 public:
  explicit Builder(core::Arena& arena) : arena_(arena) {}

  Node* path(std::string_view name) {
    Node* node = make(NodeKind::kPath);
    node->path = path_of_name(name, arena_);
    return node;
  }
  Node* value(AttributeValue value) {
    Node* node = make(NodeKind::kValue);
    node->value = value;
    return node;
  }
  Node* function(Function function, std::initializer_list<Node*> arguments) {
    Node* node = make(NodeKind::kFunction, arguments);
    node->function = function;
    return node;
  }
  Node* compare(Operator op, std::initializer_list<Node*> arguments) {
    Node* node = make(NodeKind::kCompare, arguments);
    node->op = op;
    return node;
  }
  Node* negated(Node* inner) { return make(NodeKind::kNot, {inner}); }
  Node* make(NodeKind kind, std::initializer_list<Node*> arguments = {}) {
    Node* node = arena_.make<Node>();
    node->kind = kind;
    for (Node* argument : arguments) node->arguments.append(arena_, argument);
    return node;
  }

  Node* comparison(std::string_view name, Comparison comparison,
                   const aws::List<AttributeValue>& operands) {
    Node* const subject = path(name);
    switch (comparison) {
      case Comparison::kNotNull:
        return function(Function::kAttributeExists, {subject});
      case Comparison::kNull:
        return function(Function::kAttributeNotExists, {subject});
      case Comparison::kContains:
        return function(Function::kContains, {subject, value(operands[0])});
      case Comparison::kNotContains:
        return negated(function(Function::kContains, {subject, value(operands[0])}));
      case Comparison::kBeginsWith:
        return function(Function::kBeginsWith, {subject, value(operands[0])});
      case Comparison::kBetween:
        return make(NodeKind::kBetween, {subject, value(operands[0]), value(operands[1])});
      case Comparison::kIn: {
        Node* node = make(NodeKind::kIn, {subject});
        for (const auto& operand : operands) node->arguments.append(arena_, value(operand));
        return node;
      }
      default:
        return compare(order_operator(comparison), {subject, value(operands[0])});
    }
  }

  // Joins conditions; `all` may be null at first.
  Node* joined(Node* all, Node* one, NodeKind how) {
    return all == nullptr ? one : make(how, {all, one});
  }

 private:
  static Operator order_operator(Comparison comparison) {
    switch (comparison) {
      case Comparison::kEq:
        return Operator::kEqual;
      case Comparison::kNe:
        return Operator::kNotEqual;
      case Comparison::kLe:
        return Operator::kLessOrEqual;
      case Comparison::kLt:
        return Operator::kLess;
      case Comparison::kGe:
        return Operator::kGreaterOrEqual;
      default:
        return Operator::kGreater;
    }
  }
  core::Arena& arena_;
};

std::string for_attribute(std::string_view text, std::string_view name) {
  return std::string(text) + " for Attribute: " + std::string(name);
}

NodeKind joint(std::string_view conditional_operator) {
  return conditional_operator == "OR" ? NodeKind::kOr : NodeKind::kAnd;
}

core::Result<void, aws::AwsError> check_operator(std::string_view conditional_operator,
                                                 std::size_t conditions, bool has_conditions) {
  if (conditional_operator.empty()) return {};
  if (!has_conditions) {
    return validation("ConditionalOperator cannot be used without Filter or Expected");
  }
  if (conditions < 2) {
    return validation(
        "ConditionalOperator can only be used when Filter or Expected has two or more elements");
  }
  return {};
}

// An Expected without ComparisonOperator: Value, or Exists.
Parsed<Node*> simple_expectation(std::string_view name, const ExpectedAttributeValue& expected,
                                 core::Arena& arena) {
  Builder build(arena);
  if (expected.attribute_value_list) {
    return invalid_parameter(
        for_attribute("AttributeValueList can only be used with a ComparisonOperator", name));
  }
  const bool must_exist = expected.exists.value_or(true);
  if (must_exist && !expected.value) {
    return invalid_parameter(for_attribute(
        std::string("Value must be provided when Exists is ") + (expected.exists ? "true" : "null"),
        name));
  }
  if (!must_exist && expected.value) {
    return invalid_parameter(for_attribute("Value cannot be used when Exists is false", name));
  }
  if (!must_exist) return build.function(Function::kAttributeNotExists, {build.path(name)});
  auto value = normalise(expected.value, arena);
  if (!value) return validation(value.error());
  return build.compare(Operator::kEqual, {build.path(name), build.value(*value)});
}

Parsed<Node*> expectation(std::string_view name, const ExpectedAttributeValue& expected,
                          core::Arena& arena) {
  if (expected.attribute_value_list && expected.value) {
    return invalid_parameter(
        for_attribute("Value and AttributeValueList cannot be used together", name));
  }
  if (!expected.comparison_operator) return simple_expectation(name, expected, arena);
  if (expected.exists) {
    return invalid_parameter(
        for_attribute("Exists and ComparisonOperator cannot be used together", name));
  }
  Condition condition;
  condition.comparison_operator = expected.comparison_operator;
  condition.attribute_value_list = expected.attribute_value_list;
  if (expected.value) condition.attribute_value_list.append(arena, expected.value);
  const ComparisonRule* const rule = rule_named(condition.comparison_operator);
  if (rule != nullptr && rule->operands_min > 0 && !condition.attribute_value_list) {
    return invalid_parameter(
        for_attribute("Value or AttributeValueList must be used with ComparisonOperator: " +
                          condition.comparison_operator.str(),
                      name));
  }
  if (auto legal = check_condition_values(condition, arena); !legal) return legal.error();
  return Builder(arena).comparison(name, rule_named(condition.comparison_operator)->comparison,
                                   condition.attribute_value_list);
}

}  // namespace

core::Result<void, aws::AwsError> check_condition_values(Condition& condition, core::Arena& arena) {
  const std::string_view name = condition.comparison_operator;
  const ComparisonRule* const rule = rule_named(name);
  if (rule == nullptr) {
    return validation("1 validation error detected: Value '" + std::string(name) +
                      "' at 'comparisonOperator' failed to satisfy constraint: Member must satisfy "
                      "enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, "
                      "LE, BEGINS_WITH, GE, CONTAINS]");
  }
  auto& operands = condition.attribute_value_list;
  for (auto& operand : operands) {
    auto canonical = normalise(operand, arena);
    if (!canonical) return validation(canonical.error());
    operand = *canonical;
  }
  if (operands.size() < rule->operands_min || operands.size() > rule->operands_max) {
    return invalid_parameter("Invalid number of argument(s) for the " + std::string(name) +
                             " ComparisonOperator");
  }
  for (const auto& operand : operands) {
    if (operand.kind() != operands[0].kind()) {
      return invalid_parameter("AttributeValues inside AttributeValueList must be of same type");
    }
    const std::string kind(aws::wire_name(operand.kind()));
    if (!rule->kinds.empty() && rule->kinds.find(" " + kind + " ") == std::string_view::npos) {
      return invalid_parameter("ComparisonOperator " + std::string(name) + " is not valid for " +
                               kind + " AttributeValue type");
    }
  }
  if (rule->comparison == Comparison::kBetween &&
      compare(operands[0], operands[1]).value_or(0) > 0) {
    return validation(
        "The BETWEEN condition was provided a range where the lower bound is greater than the "
        "upper bound");
  }
  return {};
}

Parsed<Node*> condition_of_expected(const aws::Map<ExpectedAttributeValue>& expected,
                                    std::string_view conditional_operator, core::Arena& arena) {
  if (auto legal = check_operator(conditional_operator, expected.size(), expected.has_value());
      !legal) {
    return legal.error();
  }
  Builder build(arena);
  Node* all = nullptr;
  for (const auto& [name, one] : expected) {
    auto node = expectation(name, one, arena);
    if (!node) return node;
    all = build.joined(all, *node, joint(conditional_operator));
  }
  return all;
}

Parsed<Node*> condition_of_filter(const aws::Map<Condition>& filter,
                                  std::string_view conditional_operator, core::Arena& arena) {
  if (auto legal = check_operator(conditional_operator, filter.size(), filter.has_value());
      !legal) {
    return legal.error();
  }
  Builder build(arena);
  Node* all = nullptr;
  for (const auto& [name, one] : filter) {
    Condition condition = one;
    if (auto legal = check_condition_values(condition, arena); !legal) return legal.error();
    all = build.joined(all,
                       build.comparison(name, rule_named(condition.comparison_operator)->comparison,
                                        condition.attribute_value_list),
                       joint(conditional_operator));
  }
  return all;
}

Parsed<aws::List<Path>> paths_of_attributes(const aws::List<aws::Text>& attributes_to_get,
                                            core::Arena& arena) {
  aws::List<Path> paths;
  for (const auto& name : attributes_to_get) {
    for (const Path& path : paths) {
      if (path[0].name == name.view()) {
        return invalid_parameter("Duplicate value in attribute name: " + name.str());
      }
    }
    paths.append(arena, path_of_name(name, arena));
  }
  return paths;
}

namespace {

Parsed<Action> action_of(std::string_view name, const AttributeValueUpdate& update,
                         core::Arena& arena) {
  Builder build(arena);
  Action action;
  action.path = path_of_name(name, arena);
  const std::string_view verb = update.action.value_or("PUT");
  if (!update.value) {
    if (verb != "DELETE") {
      return invalid_parameter(
          "Only DELETE action is allowed when no attribute value is specified");
    }
    action.kind = ActionKind::kRemove;
    return action;
  }
  auto value = normalise(update.value, arena);
  if (!value) return validation(value.error());
  const AttributeKind kind = value->kind();
  action.value = build.value(*value);
  if (verb == "DELETE") {
    if (!is_set(kind)) {
      return invalid_parameter("DELETE action with value is not supported for the type " +
                               std::string(aws::wire_name(kind)));
    }
    action.kind = ActionKind::kDelete;
  } else if (verb == "ADD" && kind == AttributeKind::kList) {
    std::string empty;
    aws::AttributeWriter writer(empty);
    writer.end(writer.begin(AttributeKind::kList), 0);
    Node* present =
        build.function(Function::kIfNotExists,
                       {build.path(name), build.value(AttributeValue::view(arena.copy(empty)))});
    action.value = build.function(Function::kListAppend, {present, action.value});
  } else if (verb == "ADD") {
    if (!is_set(kind) && kind != AttributeKind::kNumber) {
      return invalid_parameter("ADD action is not supported for the type " +
                               std::string(aws::wire_name(kind)));
    }
    action.kind = ActionKind::kAdd;
  }
  return action;
}

}  // namespace

Parsed<UpdateTree> update_of_attributes(const aws::Map<AttributeValueUpdate>& updates,
                                        core::Arena& arena) {
  UpdateTree tree;
  for (const auto& [name, update] : updates) {
    auto action = action_of(name, update, arena);
    if (!action) return action.error();
    tree.actions.append(arena, *action);
  }
  return tree;
}

}  // namespace fogbank::emulators::dynamodb
