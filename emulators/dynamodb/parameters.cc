#include "emulators/dynamodb/parameters.h"

#include <algorithm>
#include <string>

#include "emulators/dynamodb/errors.h"

namespace fogbank::emulators::dynamodb {
namespace {

std::string joined(std::initializer_list<Given> parameters, std::string_view separator) {
  std::string out;
  for (const Given& parameter : parameters) {
    if (!parameter.is_given) continue;
    if (!out.empty()) out += separator;
    out += parameter.name;
  }
  return out;
}

// "A is null", "A and B are null": the expressions that could have used a value.
std::string all_null(std::initializer_list<Given> expressions) {
  std::string out;
  int count = 0;
  for (const Given& expression : expressions) {
    if (expression.name == "ProjectionExpression") continue;
    if (count++ > 0) out += " and ";
    out += expression.name;
  }
  return out + (count > 1 ? " are null" : " is null");
}

}  // namespace

core::Result<void, aws::AwsError> check_styles(const ParameterStyles& styles) {
  const std::string expressions = joined(styles.expressions, ", ");
  const std::string older = joined(styles.older, ", ");
  if (!expressions.empty() && !older.empty()) {
    return validation(
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {" +
        older + "} Expression parameters: {" + expressions + "}");
  }
  if (styles.has_names && expressions.empty()) {
    return validation("ExpressionAttributeNames can only be specified when using expressions");
  }
  const bool has_value_expression = std::any_of(
      styles.expressions.begin(), styles.expressions.end(),
      [](const Given& given) { return given.is_given && given.name != "ProjectionExpression"; });
  if (styles.has_values && !has_value_expression) {
    return validation("ExpressionAttributeValues can only be specified when using expressions: " +
                      all_null(styles.expressions));
  }
  return {};
}

Path path_of_name(std::string_view name, core::Arena& arena) {
  Path path;
  PathStep step;
  step.name = name;
  path.append(arena, step);
  return path;
}

}  // namespace fogbank::emulators::dynamodb
