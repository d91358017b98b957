// Parses the expression languages of DynamoDB (Developer Guide, "Expressions").
//
// parse_*: text to tree, with placeholders and functions still unchecked. check_*: fills the
// placeholders in and finds all other faults, in the order in which AWS reports them. Errors are
// AWS's messages with the parameter's name before them. Trees live on the arena; their names are
// views of the expression and of the placeholders.
#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "core/arena.h"
#include "core/result.h"
#include "emulators/dynamodb/expressions/placeholders.h"
#include "emulators/dynamodb/expressions/tree.h"

namespace fogbank::emulators::dynamodb {

template <class T>
using Parsed = core::Result<T, aws::AwsError>;

// `parameter` is ConditionExpression, FilterExpression or KeyConditionExpression.
Parsed<Node*> parse_condition(std::string_view parameter, std::string_view expression,
                              Placeholders& placeholders, core::Arena& arena);
Parsed<UpdateTree> parse_update(std::string_view expression, Placeholders& placeholders,
                                core::Arena& arena);
Parsed<aws::List<Path>> parse_projection(std::string_view expression, Placeholders& placeholders,
                                         core::Arena& arena);

[[nodiscard]] bool is_reserved_word(std::string_view word);

}  // namespace fogbank::emulators::dynamodb
