// Handlers of queues and of their attributes, and how other handlers find a queue.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "emulators/service.h"
#include "emulators/sqs/keys.h"
#include "models/sqs.h"

namespace fogbank::emulators::sqs {

using namespace models::sqs;  // the inputs and outputs of this service

Reply<CreateQueueOutput> create_queue(Call& call, const CreateQueueInput& input);
Reply<GetQueueUrlOutput> get_queue_url(Call& call, const GetQueueUrlInput& input);
Reply<ListQueuesOutput> list_queues(Call& call, const ListQueuesInput& input);
Reply<DeleteQueueOutput> delete_queue(Call& call, const DeleteQueueInput& input);
Reply<PurgeQueueOutput> purge_queue(Call& call, const PurgeQueueInput& input);
Reply<GetQueueAttributesOutput> get_queue_attributes(Call& call,
                                                     const GetQueueAttributesInput& input);
Reply<SetQueueAttributesOutput> set_queue_attributes(Call& call,
                                                     const SetQueueAttributesInput& input);
Reply<TagQueueOutput> tag_queue(Call& call, const TagQueueInput& input);
Reply<UntagQueueOutput> untag_queue(Call& call, const UntagQueueInput& input);
Reply<ListQueueTagsOutput> list_queue_tags(Call& call, const ListQueueTagsInput& input);

struct Queue {
  std::string key;   // of its record
  std::string name;
  QueueRecord record;
};

// The caller's queue that a QueueUrl names (clients of before 2012 send it as the request's path).
// Fails with QueueDoesNotExist, AccessDenied for another account's, or MissingParameter.
std::variant<Queue, aws::AwsError> find_queue(Call& call, const aws::Text& queue_url);

// "https://sqs.us-east-1.amazonaws.com/123456789012/jobs", with the host the caller used.
std::string_view queue_url(Call& call, std::string_view name);
std::string queue_arn(const Call& call, std::string_view name);

// What long polls of a queue wait for.
std::string arrival_topic(const Space& space);

}  // namespace fogbank::emulators::sqs
