#include "emulators/sqs/errors.h"

#include <array>
#include <cstdio>
#include <string>

#include "emulators/sqs/limits.h"

namespace fogbank::emulators::sqs {
namespace {

aws::AwsError error(std::string_view code, std::string message, int status = 400) {
  return {.code = std::string(code), .message = std::move(message), .status = status};
}

}  // namespace

aws::AwsError queue_does_not_exist() {
  return error("QueueDoesNotExist", "The specified queue does not exist.");
}

aws::AwsError queue_name_exists(std::string_view attribute) {
  return error("QueueNameExists",
               "A queue already exists with the same name and a different value for attribute " +
                   std::string(attribute));
}

aws::AwsError queue_deleted_recently() {
  return error("QueueDeletedRecently",
               "You must wait 60 seconds after deleting a queue before you can create another with "
               "the same name.");
}

aws::AwsError purge_queue_in_progress(std::string_view queue_name) {
  return error("PurgeQueueInProgress", "Only one PurgeQueue operation on " +
                                           std::string(queue_name) +
                                           " is allowed every 60 seconds.");
}

aws::AwsError receipt_handle_is_invalid(std::string_view handle) {
  return error("ReceiptHandleIsInvalid",
               "The input receipt handle \"" + std::string(handle) +
                   "\" is not a valid receipt handle.");
}

aws::AwsError message_not_in_flight(std::string_view handle) {
  return error("InvalidParameterValue",
               "Value " + std::string(handle) +
                   " for parameter ReceiptHandle is invalid. Reason: Message does not exist or is "
                   "not available for visibility timeout change.");
}

aws::AwsError over_limit() {
  return error("OverLimit", "Too many messages in flight: " + std::to_string(kInFlightMax) + ".",
               403);
}

aws::AwsError invalid_attribute_name(std::string_view name) {
  return error("InvalidAttributeName", "Unknown Attribute " + std::string(name) + ".");
}

aws::AwsError invalid_attribute_value(std::string_view attribute) {
  return error("InvalidAttributeValue",
               "Invalid value for the parameter " + std::string(attribute) + ".");
}

aws::AwsError invalid_message_contents(uint32_t character) {
  std::array<char, 16> hex{};
  std::snprintf(hex.data(), hex.size(), "#x%X", character);
  return error("InvalidMessageContents",
               std::string("Invalid binary character '") + hex.data() +
                   "' was found in the message body, the set of allowed characters is #x9 | #xA | "
                   "#xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]");
}

aws::AwsError invalid_parameter_value(std::string_view message) {
  return error("InvalidParameterValue", std::string(message));
}

aws::AwsError missing_parameter(std::string_view name) {
  return error("MissingParameter",
               "The request must contain the parameter " + std::string(name) + ".");
}

aws::AwsError access_denied(std::string_view queue_url) {
  return error("AccessDenied",
               "Access to the resource " + std::string(queue_url) + " is denied.", 403);
}

aws::AwsError empty_batch(std::string_view entry_type) {
  return error("EmptyBatchRequest",
               "There should be at least one " + std::string(entry_type) + " in the request.");
}

aws::AwsError too_many_entries(std::size_t count) {
  return error("TooManyEntriesInBatchRequest",
               "Maximum number of entries per request are " + std::to_string(kBatchEntriesMax) +
                   ". You have sent " + std::to_string(count) + ".");
}

aws::AwsError batch_entry_ids_not_distinct(std::string_view id) {
  return error("BatchEntryIdsNotDistinct", "Id " + std::string(id) + " repeated.");
}

aws::AwsError invalid_batch_entry_id() {
  return error("InvalidBatchEntryId",
               "A batch entry id can only contain alphanumeric characters, hyphens and "
               "underscores. It can be at most 80 letters long.");
}

aws::AwsError batch_too_long(std::size_t bytes) {
  return error("BatchRequestTooLong", "Batch requests cannot be longer than " +
                                          std::to_string(kMessageBytesMax) +
                                          " bytes. You have sent " + std::to_string(bytes) +
                                          " bytes.");
}

aws::AwsError unsupported(std::string_view what) {
  return error("UnsupportedOperation",
               "fogbank does not emulate " + std::string(what) + " of SQS yet.");
}

}  // namespace fogbank::emulators::sqs
