// The table of contents of Amazon SQS: what is emulated, and how far.
#include "emulators/sqs/messages.h"
#include "emulators/sqs/queues.h"
#include "emulators/sqs/sqs.h"

namespace fogbank::emulators::sqs {
namespace {

constexpr Operation kOperations[] = {
    write<&change_message_visibility>("ChangeMessageVisibility", Coverage::kFull),
    write<&change_message_visibility_batch>("ChangeMessageVisibilityBatch", Coverage::kFull),
    write<&create_queue>("CreateQueue", Coverage::kPartial,
                         "FIFO queues, policies and encryption are refused"),
    write<&delete_message>("DeleteMessage", Coverage::kFull),
    write<&delete_message_batch>("DeleteMessageBatch", Coverage::kFull),
    write<&delete_queue>("DeleteQueue", Coverage::kFull),
    read<&get_queue_attributes>("GetQueueAttributes", Coverage::kFull),
    read<&get_queue_url>("GetQueueUrl", Coverage::kPartial, "queues of other accounts are unknown"),
    read<&list_queue_tags>("ListQueueTags", Coverage::kFull),
    read<&list_queues>("ListQueues", Coverage::kFull),
    write<&purge_queue>("PurgeQueue", Coverage::kFull),
    write<&receive_message>("ReceiveMessage", Coverage::kFull),
    write<&send_message>("SendMessage", Coverage::kPartial, "FIFO parameters are refused"),
    write<&send_message_batch>("SendMessageBatch", Coverage::kPartial,
                               "FIFO parameters are refused"),
    write<&set_queue_attributes>("SetQueueAttributes", Coverage::kPartial,
                                 "FIFO queues, policies and encryption are refused"),
    write<&tag_queue>("TagQueue", Coverage::kFull),
    write<&untag_queue>("UntagQueue", Coverage::kFull),
};

}  // namespace

Service make_service() { return {"sqs", &models::sqs::model(), kOperations}; }

}  // namespace fogbank::emulators::sqs
