// Attributes of a queue between the client's text form and the record.
#pragma once

#include <optional>

#include "aws/error.h"
#include "emulators/sqs/keys.h"
#include "models/sqs.h"

namespace fogbank::emulators::sqs {

// Applies each given attribute to `attributes`; the first one that is unknown, out of its range
// or not honoured is the error.
std::optional<aws::AwsError> apply_attributes(const aws::Map<aws::Text>& given,
                                              QueueAttributes& attributes);

// The name of the first given attribute whose value differs from `existing`'s; empty if none.
std::string_view differing_attribute(const aws::Map<aws::Text>& given,
                                     const QueueAttributes& existing,
                                     const QueueAttributes& wanted);

}  // namespace fogbank::emulators::sqs
