// Carries out an UpdateExpression on an item.
#pragma once

#include "aws/error.h"
#include "core/arena.h"
#include "core/result.h"
#include "emulators/dynamodb/expressions/tree.h"
#include "emulators/dynamodb/values.h"

namespace fogbank::emulators::dynamodb {

// The item after all actions; each of them sees the item as it was before. `item` holds at least
// the key. The answer lives on the arena.
core::Result<AttributeValue, aws::AwsError> apply_update(const UpdateTree& tree,
                                                         AttributeValue item, core::Arena& arena);

// Exact sum on the arena; an error in AWS's words if either is no number or the sum does not fit.
core::Result<AttributeValue, aws::AwsError> add_numbers(AttributeValue a, AttributeValue b,
                                                        core::Arena& arena);
// Two sets of one kind; the difference may have no element left and is then absent.
AttributeValue set_union(AttributeValue a, AttributeValue b, core::Arena& arena);
AttributeValue set_difference(AttributeValue a, AttributeValue b, core::Arena& arena);

}  // namespace fogbank::emulators::dynamodb
