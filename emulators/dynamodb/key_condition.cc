#include "emulators/dynamodb/key_condition.h"

#include <algorithm>

#include "emulators/dynamodb/errors.h"

namespace fogbank::emulators::dynamodb {
namespace {

aws::AwsError bad_operator(std::string_view name) {
  return validation("Invalid operator used in KeyConditionExpression: " + std::string(name));
}
aws::AwsError bad_condition(std::string_view what) {
  return validation("Invalid condition in KeyConditionExpression: " + std::string(what));
}
aws::AwsError nested_operation() {
  return validation("KeyConditionExpressions cannot contain nested operations");
}

// The comparison as seen from an attribute on its right: `:v < a` is `a > :v`.
Operator mirrored(Operator op) {
  switch (op) {
    case Operator::kLess:
      return Operator::kGreater;
    case Operator::kLessOrEqual:
      return Operator::kGreaterOrEqual;
    case Operator::kGreater:
      return Operator::kLess;
    case Operator::kGreaterOrEqual:
      return Operator::kLessOrEqual;
    default:
      return op;
  }
}

std::string_view older_name(Operator op) {
  switch (op) {
    case Operator::kEqual:
      return "EQ";
    case Operator::kLess:
      return "LT";
    case Operator::kLessOrEqual:
      return "LE";
    case Operator::kGreater:
      return "GT";
    default:
      return "GE";
  }
}

class Conversion final {
 public:
  explicit Conversion(core::Arena& arena) : arena_(arena) {}

  core::Result<void, aws::AwsError> take(const Node& node) {
    switch (node.kind) {
      case NodeKind::kAnd:
        if (auto left = take(node.argument(0)); !left) return left;
        return take(node.argument(1));
      case NodeKind::kOr:
        return bad_operator("OR");
      case NodeKind::kNot:
        return bad_operator("NOT");
      case NodeKind::kIn:
        return bad_operator("IN");
      case NodeKind::kBetween:
        return take_leading(node, "BETWEEN", "BETWEEN");
      case NodeKind::kFunction:
        if (node.function == Function::kBeginsWith) {
          return take_leading(node, "BEGINS_WITH", node.text);
        }
        return bad_operator(node.text);
      default:
        return take_comparison(node);
    }
  }

  KeyConditions conditions;

 private:
  // Operators whose first operand must be the attribute and whose others are values.
  core::Result<void, aws::AwsError> take_leading(const Node& node, std::string_view comparison,
                                                 std::string_view shown_name) {
    if (!node.argument(0).is_path()) {
      return bad_condition(std::string(shown_name) +
                           " operator must have the key attribute as its first operand");
    }
    Condition condition;
    condition.comparison_operator = comparison;
    for (std::size_t i = 1; i < node.arguments.size(); ++i) {
      if (auto done = take_value(node.argument(i), condition); !done) return done;
    }
    return add(node.argument(0).path, condition);
  }

  core::Result<void, aws::AwsError> take_comparison(const Node& node) {
    if (node.op == Operator::kNotEqual) return bad_operator("<>");
    const Node& left = node.argument(0);
    const Node& right = node.argument(1);
    if (left.kind == NodeKind::kFunction || right.kind == NodeKind::kFunction) {
      return nested_operation();
    }
    if (!left.is_path() && !right.is_path()) return bad_condition("No key attribute specified");
    const Node& attribute = left.is_path() ? left : right;
    Condition condition;
    condition.comparison_operator = older_name(left.is_path() ? node.op : mirrored(node.op));
    if (auto done = take_value(left.is_path() ? right : left, condition); !done) return done;
    return add(attribute.path, condition);
  }

  core::Result<void, aws::AwsError> take_value(const Node& node, Condition& condition) {
    if (node.is_path()) {
      return bad_condition("Multiple attribute names used in one condition");
    }
    if (node.kind != NodeKind::kValue) return nested_operation();
    condition.attribute_value_list.append(arena_, node.value);
    return {};
  }

  core::Result<void, aws::AwsError> add(const Path& path, const Condition& condition) {
    if (path.size() > 1) {
      return validation("KeyConditionExpressions cannot have conditions on nested attributes");
    }
    if (aws::find(conditions, path[0].name) != nullptr) {
      return validation("KeyConditionExpressions must only contain one condition per key");
    }
    conditions.append(arena_, {path[0].name, condition});
    return {};
  }

  core::Arena& arena_;
};

core::Result<void, aws::AwsError> check_count(const KeyConditions& conditions) {
  if (conditions.size() == 1 || conditions.size() == 2) return {};
  return validation("Conditions can be of length 1 or 2 only");
}

core::Result<void, aws::AwsError> check_key_condition(const KeyAttribute& attribute,
                                                      const Condition& condition) {
  const std::string_view comparison = condition.comparison_operator;
  for (const std::string_view other :
       {"NULL", "NOT_NULL", "NE", "CONTAINS", "NOT_CONTAINS", "IN"}) {
    if (comparison == other) {
      return validation("Attempted conditional constraint is not an indexable operation");
    }
  }
  for (const auto& operand : condition.attribute_value_list) {
    if (!operand.is(attribute.kind)) {
      return invalid_parameter("Condition parameter type does not match schema type");
    }
    if (operand.text().empty() && comparison != "BEGINS_WITH") {
      return validation(
          "One or more parameter values are not valid. The AttributeValue for a key attribute "
          "cannot contain an empty " +
          std::string(operand.is(AttributeKind::kString) ? "string" : "binary") +
          " value. Key: " + std::string(attribute.name));
    }
  }
  return {};
}

}  // namespace

Parsed<KeyConditions> key_conditions_of(const Node& expression, core::Arena& arena) {
  Conversion conversion(arena);
  if (auto done = conversion.take(expression); !done) return done.error();
  for (auto& [name, condition] : conversion.conditions) {
    if (auto legal = check_condition_values(condition, arena); !legal) return legal.error();
  }
  if (auto legal = check_count(conversion.conditions); !legal) return legal.error();
  return conversion.conditions;
}

Parsed<KeyConditions> key_conditions_of(const aws::Map<Condition>& conditions, core::Arena& arena) {
  KeyConditions out;
  for (const auto& [name, one] : conditions) {
    Condition condition = one;
    if (auto legal = check_condition_values(condition, arena); !legal) return legal.error();
    out.append(arena, {name, condition});
  }
  if (auto legal = check_count(out); !legal) return legal.error();
  return out;
}

core::Result<void, aws::AwsError> check_key_conditions(const KeySchema& schema,
                                                       const KeyConditions& conditions) {
  const auto unsupported = [] { return validation("Query key condition not supported"); };
  const auto missed = [](std::string_view name) {
    return validation("Query condition missed key schema element: " + std::string(name));
  };
  if (!schema.has_sort() && conditions.size() > 1) return unsupported();
  const Condition* const partition = aws::find(conditions, schema.partition.name);
  if (partition == nullptr) return missed(schema.partition.name);
  if (auto legal = check_key_condition(schema.partition, *partition); !legal) return legal;
  if (partition->comparison_operator != "EQ") return unsupported();
  if (conditions.size() == 1) return {};
  const Condition* const sort = aws::find(conditions, schema.sort.name);
  if (sort == nullptr) return missed(schema.sort.name);
  return check_key_condition(schema.sort, *sort);
}

KeyRange key_range(std::string prefix, const KeySchema& schema, const KeyConditions& conditions) {
  append_partition(aws::find(conditions, schema.partition.name)->attribute_value_list[0], prefix);
  KeyRange range{prefix, after_prefix(prefix)};
  const Condition* const sort =
      schema.has_sort() ? aws::find(conditions, schema.sort.name) : nullptr;
  if (sort == nullptr) return range;

  const auto with = [&prefix](AttributeValue value) {
    std::string key = prefix;
    append_sort(value, key);
    return key;
  };
  const auto& operands = sort->attribute_value_list;
  const std::string_view comparison = sort->comparison_operator;
  if (comparison == "BEGINS_WITH") {
    append_sort_prefix(operands[0], prefix);
    return {prefix, after_prefix(prefix)};
  }
  if (comparison == "EQ" || comparison == "GE" || comparison == "BETWEEN") {
    range.from = with(operands[0]);
  }
  if (comparison == "GT") range.from = after_prefix(with(operands[0]));
  if (comparison == "LT") range.to = with(operands[0]);
  if (comparison == "EQ" || comparison == "LE") range.to = after_prefix(with(operands[0]));
  if (comparison == "BETWEEN") range.to = after_prefix(with(operands[1]));
  return range;
}

bool satisfies(const Condition& condition, AttributeValue value) {
  const auto& operands = condition.attribute_value_list;
  const std::string_view comparison = condition.comparison_operator;
  if (comparison == "BEGINS_WITH") return value.text().starts_with(operands[0].text());
  const auto order = compare(value, operands[0]);
  if (!order) return false;
  if (comparison == "EQ") return *order == 0;
  if (comparison == "LT") return *order < 0;
  if (comparison == "LE") return *order <= 0;
  if (comparison == "GT") return *order > 0;
  if (comparison == "GE") return *order >= 0;
  return *order >= 0 && compare(value, operands[1]).value_or(1) <= 0;
}

}  // namespace fogbank::emulators::dynamodb
