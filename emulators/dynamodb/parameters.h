// What several operations ask of their parameters: one style of expressions, conditions in both
// styles, projections in both styles.
#pragma once

#include <initializer_list>
#include <string_view>

#include "aws/error.h"
#include "core/result.h"
#include "emulators/dynamodb/expressions/parser.h"
#include "models/dynamodb.h"

namespace fogbank::emulators::dynamodb {

using namespace models::dynamodb;  // the inputs and outputs of this service

// A parameter and whether the request has it.
struct Given {
  std::string_view name;
  bool is_given;
};

// The expressions of a request and the older parameters that they replace.
struct ParameterStyles {
  std::initializer_list<Given> older;
  std::initializer_list<Given> expressions;
  bool has_names = false;
  bool has_values = false;
};

// AWS refuses a mix of both styles, and placeholders without an expression.
core::Result<void, aws::AwsError> check_styles(const ParameterStyles& styles);

// The older parameters, as the trees that expressions become. All may be absent: then there is no
// tree, which is a success.
Parsed<Node*> condition_of_expected(const aws::Map<ExpectedAttributeValue>& expected,
                                    std::string_view conditional_operator, core::Arena& arena);
Parsed<Node*> condition_of_filter(const aws::Map<Condition>& filter,
                                  std::string_view conditional_operator, core::Arena& arena);
Parsed<aws::List<Path>> paths_of_attributes(const aws::List<aws::Text>& attributes_to_get,
                                            core::Arena& arena);
Parsed<UpdateTree> update_of_attributes(const aws::Map<AttributeValueUpdate>& updates,
                                        core::Arena& arena);

// Checks a legacy condition (KeyConditions, QueryFilter, ScanFilter) and makes its values
// canonical.
core::Result<void, aws::AwsError> check_condition_values(Condition& condition, core::Arena& arena);

// What to show of an item: ProjectionExpression, or AttributesToGet; an absent list: everything.
// Of a request that has no other expression.
template <class Input>
Parsed<aws::List<Path>> read_selection(const Input& input, core::Arena& arena) {
  if (!input.projection_expression) return paths_of_attributes(input.attributes_to_get, arena);
  Placeholders placeholders(input.expression_attribute_names, {}, arena);
  if (auto legal = placeholders.check(); !legal) return legal.error();
  auto paths = parse_projection(input.projection_expression, placeholders, arena);
  if (!paths) return paths;
  if (auto used = placeholders.check_all_used(); !used) return used.error();
  return paths;
}

Path path_of_name(std::string_view name, core::Arena& arena);

}  // namespace fogbank::emulators::dynamodb
