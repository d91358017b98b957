#include "emulators/dynamodb/errors.h"

#include <utility>

namespace fogbank::emulators::dynamodb {

aws::AwsError validation(std::string message) {
  return {.code = "ValidationException", .message = std::move(message)};
}

aws::AwsError invalid_parameter(std::string_view detail) {
  return validation("One or more parameter values were invalid: " + std::string(detail));
}

aws::AwsError key_mismatch() {
  return validation("The provided key element does not match the schema");
}

aws::AwsError table_not_found() {
  return {.code = "ResourceNotFoundException", .message = "Requested resource not found"};
}

aws::AwsError named_table_not_found(std::string_view name) {
  return {.code = "ResourceNotFoundException",
          .message = "Requested resource not found: Table: " + std::string(name) + " not found"};
}

aws::AwsError resource_in_use(std::string message) {
  return {.code = "ResourceInUseException", .message = std::move(message)};
}

aws::AwsError limit_exceeded(std::string message) {
  return {.code = "LimitExceededException", .message = std::move(message)};
}

aws::AwsError condition_failed(aws::AttributeValue item) {
  aws::AwsError error{.code = "ConditionalCheckFailedException",
                      .message = "The conditional request failed"};
  if (item) {
    error.json_members = "\"Item\":";
    aws::append_item_json(item, error.json_members);
  }
  return error;
}

}  // namespace fogbank::emulators::dynamodb
