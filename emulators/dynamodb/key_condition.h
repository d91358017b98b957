// Which items of a table or index a Query reads: KeyConditionExpression or KeyConditions, turned
// into a range of storage keys.
#pragma once

#include <string>

#include "emulators/dynamodb/parameters.h"
#include "emulators/dynamodb/table.h"

namespace fogbank::emulators::dynamodb {

// Conditions by key attribute, in the older form, which both styles become.
using KeyConditions = aws::Map<Condition>;

// From a parsed KeyConditionExpression; values are normalised already.
Parsed<KeyConditions> key_conditions_of(const Node& expression, core::Arena& arena);
// From the older parameter: checks it and makes its values canonical.
Parsed<KeyConditions> key_conditions_of(const aws::Map<Condition>& conditions, core::Arena& arena);

// Refuses what no index can answer, in AWS's words.
core::Result<void, aws::AwsError> check_key_conditions(const KeySchema& schema,
                                                       const KeyConditions& conditions);

// Storage keys in [from, to).
struct KeyRange {
  std::string from;
  std::string to;
};
// `prefix` is that of the table's items or of the index. Conditions are checked.
KeyRange key_range(std::string prefix, const KeySchema& schema, const KeyConditions& conditions);

// Whether a value satisfies the condition on its attribute.
[[nodiscard]] bool satisfies(const Condition& condition, AttributeValue value);

}  // namespace fogbank::emulators::dynamodb
