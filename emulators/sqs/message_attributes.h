// Attributes of a message: checked as AWS checks them, and digested as its SDKs verify them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/error.h"
#include "emulators/sqs/keys.h"
#include "models/sqs.h"

namespace fogbank::emulators::sqs {

// Fills `out` with `given`, in its order; the first attribute that is not valid is the error.
std::optional<aws::AwsError> take_message_attributes(
    const aws::Map<models::sqs::MessageAttributeValue>& given, std::vector<MessageAttribute>& out);

// Lower-case hex, as in MD5OfMessageAttributes (SQS Developer Guide, "Calculating the MD5 message
// digest for message attributes"). Empty for no attributes.
std::string md5_of_attributes(std::vector<MessageAttribute> attributes);

// Bytes that count towards the size of a message.
std::size_t size_of_attributes(const std::vector<MessageAttribute>& attributes);

// The first character that XML 1.0 cannot carry and SQS therefore refuses; nothing if all may.
std::optional<uint32_t> first_forbidden_character(std::string_view utf8);

}  // namespace fogbank::emulators::sqs
