// The condition of a write, in either style, from its parameters to its verdict.
#pragma once

#include "emulators/dynamodb/expressions/evaluate.h"
#include "emulators/dynamodb/parameters.h"
#include "emulators/dynamodb/table.h"

namespace fogbank::emulators::dynamodb {

// ConditionExpression, or Expected with ConditionalOperator. Null: no condition.
template <class Input>
Parsed<Node*> parse_write_condition(const Input& input, Placeholders& placeholders,
                                    core::Arena& arena) {
  if (!input.condition_expression) {
    return condition_of_expected(input.expected, input.conditional_operator, arena);
  }
  return parse_condition("ConditionExpression", input.condition_expression, placeholders, arena);
}

// Key attributes are scalars: AWS refuses paths into them before it looks at an item.
core::Result<void, aws::AwsError> check_key_paths(const TableRecord& table, const Path& path);
core::Result<void, aws::AwsError> check_key_paths(const TableRecord& table, const Node* condition);

// Whether the condition (null: always) holds for the item; if not, AWS's error, which carries the
// item if `on_failure` is ALL_OLD.
core::Result<void, aws::AwsError> require(const Node* condition, AttributeValue item,
                                          std::string_view on_failure, core::Arena& arena);

}  // namespace fogbank::emulators::dynamodb
