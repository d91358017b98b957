// The errors of Amazon SQS, one factory each, with AWS's words (SQS API Reference, "Common Error
// Types" and each action's errors). Codes are the shape names; the model maps them to the codes
// of the query protocol.
#pragma once

#include <string_view>

#include "aws/error.h"

namespace fogbank::emulators::sqs {

aws::AwsError queue_does_not_exist();
aws::AwsError queue_name_exists(std::string_view attribute);
aws::AwsError queue_deleted_recently();
aws::AwsError purge_queue_in_progress(std::string_view queue_name);
aws::AwsError receipt_handle_is_invalid(std::string_view handle);
aws::AwsError message_not_in_flight(std::string_view handle);
aws::AwsError over_limit();
aws::AwsError invalid_attribute_name(std::string_view name);
aws::AwsError invalid_attribute_value(std::string_view attribute);
aws::AwsError invalid_message_contents(uint32_t character);
aws::AwsError invalid_parameter_value(std::string_view message);
aws::AwsError missing_parameter(std::string_view name);
aws::AwsError access_denied(std::string_view queue_url);
aws::AwsError empty_batch(std::string_view entry_type);
aws::AwsError too_many_entries(std::size_t count);
aws::AwsError batch_entry_ids_not_distinct(std::string_view id);
aws::AwsError invalid_batch_entry_id();
aws::AwsError batch_too_long(std::size_t bytes);
// Parameters that the product does not honour.
aws::AwsError unsupported(std::string_view what);

}  // namespace fogbank::emulators::sqs
