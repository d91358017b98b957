// Handlers of messages, single and in batches.
#pragma once

#include <cstdint>

#include "emulators/service.h"
#include "emulators/sqs/keys.h"
#include "models/sqs.h"

namespace fogbank::emulators::sqs {

using namespace models::sqs;  // the inputs and outputs of this service

Reply<SendMessageOutput> send_message(Call& call, const SendMessageInput& input);
Reply<SendMessageBatchOutput> send_message_batch(Call& call, const SendMessageBatchInput& input);
Reply<ReceiveMessageOutput> receive_message(Call& call, const ReceiveMessageInput& input);
Reply<DeleteMessageOutput> delete_message(Call& call, const DeleteMessageInput& input);
Reply<DeleteMessageBatchOutput> delete_message_batch(Call& call,
                                                     const DeleteMessageBatchInput& input);
Reply<ChangeMessageVisibilityOutput> change_message_visibility(
    Call& call, const ChangeMessageVisibilityInput& input);
Reply<ChangeMessageVisibilityBatchOutput> change_message_visibility_batch(
    Call& call, const ChangeMessageVisibilityBatchInput& input);

struct MessageCounts {
  uint64_t visible = 0;
  uint64_t delayed = 0;
  uint64_t in_flight = 0;
};
// Exact at the call's moment. Work: proportional to the messages that are not visible.
MessageCounts count_messages(Call& call, const QueueRecord& queue);

}  // namespace fogbank::emulators::sqs
