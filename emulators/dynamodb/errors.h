// The errors of DynamoDB in AWS's words, one factory each.
#pragma once

#include <string>
#include <string_view>

#include "aws/dynamodb_value.h"
#include "aws/error.h"

namespace fogbank::emulators::dynamodb {

aws::AwsError validation(std::string message);
// "One or more parameter values were invalid: " before `detail`.
aws::AwsError invalid_parameter(std::string_view detail);
aws::AwsError key_mismatch();  // "The provided key element does not match the schema"

aws::AwsError table_not_found();                             // of operations on items
aws::AwsError named_table_not_found(std::string_view name);  // of operations on tables
aws::AwsError resource_in_use(std::string message);
aws::AwsError limit_exceeded(std::string message);
// `item` is what ReturnValuesOnConditionCheckFailure asks for, or absent.
aws::AwsError condition_failed(aws::AttributeValue item = {});

}  // namespace fogbank::emulators::dynamodb
