#include "emulators/sqs/queues.h"

#include <algorithm>

#include "core/text.h"
#include "emulators/sqs/attributes.h"
#include "emulators/sqs/errors.h"
#include "emulators/sqs/limits.h"
#include "emulators/sqs/messages.h"

namespace fogbank::emulators::sqs {
namespace {

bool is_queue_name(std::string_view name) {
  if (name.empty() || name.size() > kQueueNameBytesMax) return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_';
  });
}

std::optional<aws::AwsError> check_new_name(std::string_view name) {
  if (name.ends_with(".fifo") && is_queue_name(name.substr(0, name.size() - 5))) {
    return unsupported("FIFO queues");
  }
  if (!is_queue_name(name)) {
    return invalid_parameter_value(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }
  return std::nullopt;
}

Space new_space(Call& call) {
  Space space(8, '\0');
  call.random.fill(std::as_writable_bytes(std::span(space.data(), space.size())));
  return space;
}

// A tag of the same key is overwritten.
std::optional<aws::AwsError> add_tags(const aws::Map<aws::Text>& given, std::string_view queue_name,
                                      QueueRecord& record) {
  const auto refused = [&] {
    return invalid_parameter_value("Too many tags added for queue " + std::string(queue_name) +
                                   ".");
  };
  if (given.size() > kTagsMax) return refused();
  auto& tags = record.tags;
  for (const auto& [key, value] : given) {
    const auto at =
        std::ranges::find(tags, key.view(), &std::pair<std::string, std::string>::first);
    if (at != tags.end()) {
      at->second = value.view();
    } else {
      tags.emplace_back(key.str(), value.str());
    }
  }
  if (tags.size() > kTagsMax) return refused();
  std::ranges::sort(tags);
  return std::nullopt;
}

// The messages of `space` are no more, at once; their records go piece by piece later.
void abandon(Call& call, const Space& space) { call.txn.put(garbage_key(space), ""); }

}  // namespace

std::string_view queue_url(Call& call, std::string_view name) {
  std::string url =
      call.http != nullptr && call.http->scheme == "http" ? "http://" : "https://";
  url.append(call.host).append("/").append(call.account.text()).append("/").append(name);
  return call.keep(url);
}

std::string queue_arn(const Call& call, std::string_view name) {
  std::string arn = "arn:";
  arn.append(call.partition).append(":sqs:").append(call.region.text()).append(":");
  return arn.append(call.account.text()).append(":").append(name);
}

std::string arrival_topic(const Space& space) { return "sqs:" + space; }

std::variant<Queue, aws::AwsError> find_queue(Call& call, const aws::Text& url) {
  std::string_view path = url;
  if (!url.has_value()) {
    if (call.http == nullptr || call.http->path.size() < 2) return missing_parameter("QueueUrl");
    path = call.http->path;
  }
  const auto slash = path.rfind('/');
  Queue queue;
  if (slash == std::string_view::npos) {
    queue.name = path;  // AWS takes a bare name for a queue of the caller's
  } else {
    queue.name = path.substr(slash + 1);
    const std::string_view before = path.substr(0, slash);
    const std::string_view owner = before.substr(std::min(before.rfind('/') + 1, before.size()));
    if (aws::AccountId::parse(owner) && owner != call.account.text()) return access_denied(path);
  }
  queue.key = queue_key(call.account, call.region, queue.name);
  const auto bytes = call.txn.get(queue.key);
  auto record = bytes ? decode_queue(*bytes) : std::nullopt;
  if (!record) return queue_does_not_exist();
  queue.record = std::move(*record);
  return queue;
}

// Equal attributes answer the first queue's URL, others an error (SQS API Reference, CreateQueue).
Reply<CreateQueueOutput> create_queue(Call& call, const CreateQueueInput& input) {
  if (!input.queue_name) return missing_parameter("QueueName");
  QueueRecord record;
  if (auto error = apply_attributes(input.attributes, record.attributes)) return *error;
  if (auto error = check_new_name(input.queue_name)) return *error;

  const std::string key = queue_key(call.account, call.region, input.queue_name);
  if (const auto bytes = call.txn.get(key)) {
    const auto existing = decode_queue(*bytes);
    if (!existing) return queue_does_not_exist();
    const std::string_view other =
        differing_attribute(input.attributes, existing->attributes, record.attributes);
    if (!other.empty()) return queue_name_exists(other);
    return CreateQueueOutput{.queue_url = queue_url(call, input.queue_name)};
  }
  const std::string tombstone = deleted_key(call.account, call.region, input.queue_name);
  if (const auto deleted = call.txn.get(tombstone)) {
    if (call.now_ms < static_cast<int64_t>(decode_number(*deleted)) + kRecreateDelayMs) {
      return queue_deleted_recently();
    }
    call.txn.erase(tombstone);
  }
  record.space = new_space(call);
  record.created_ms = record.modified_ms = call.now_ms;
  if (auto error = add_tags(input.tags, input.queue_name, record)) return *error;
  call.txn.put(key, encode(record));
  return CreateQueueOutput{.queue_url = queue_url(call, input.queue_name)};
}

Reply<GetQueueUrlOutput> get_queue_url(Call& call, const GetQueueUrlInput& input) {
  if (!input.queue_name) return missing_parameter("QueueName");
  if (input.queue_owner_aws_account_id &&
      input.queue_owner_aws_account_id.view() != call.account.text()) {
    return queue_does_not_exist();
  }
  if (!call.txn.get(queue_key(call.account, call.region, input.queue_name))) {
    return queue_does_not_exist();
  }
  return GetQueueUrlOutput{.queue_url = queue_url(call, input.queue_name)};
}

// NextToken is the base64 of the last name given; without MaxResults AWS answers up to 1,000
// queues and no token.
Reply<ListQueuesOutput> list_queues(Call& call, const ListQueuesInput& input) {
  const int page = input.max_results.value_or(kListPageMax);
  if (page < 1 || page > kListPageMax) {
    return invalid_parameter_value("Value " + std::to_string(page) +
                                   " for parameter MaxResults is invalid. Reason: MaxResults must "
                                   "be an integer between 1 and 1000.");
  }
  const std::string base = queue_key(call.account, call.region, "");
  const std::string first = base + input.queue_name_prefix.str();
  std::string from = first;
  if (input.next_token) {
    const auto last = core::from_base64(input.next_token);
    if (!last) return invalid_parameter_value("Invalid or expired next token.");
    from = base + *last + '\0';
  }
  ListQueuesOutput output;
  storage::Cursor cursor(call.txn);
  std::string last;
  for (bool found = cursor.seek(from); found && cursor.key().starts_with(first);
       found = cursor.next()) {
    if (static_cast<int>(output.queue_urls.size()) == page) {
      if (input.max_results) output.next_token = call.keep(core::to_base64(last));
      break;
    }
    last = cursor.key().substr(base.size());
    output.queue_urls.append(call.arena, queue_url(call, last));
  }
  return output;
}

Reply<DeleteQueueOutput> delete_queue(Call& call, const DeleteQueueInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  const Queue& queue = std::get<Queue>(found);
  call.txn.erase(queue.key);
  call.txn.put(deleted_key(call.account, call.region, queue.name),
               encode_number(static_cast<uint64_t>(call.now_ms)));
  abandon(call, queue.record.space);
  call.wake(arrival_topic(queue.record.space));
  return DeleteQueueOutput{};
}

Reply<PurgeQueueOutput> purge_queue(Call& call, const PurgeQueueInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  Queue& queue = std::get<Queue>(found);
  if (queue.record.purged_ms > 0 && call.now_ms < queue.record.purged_ms + kPurgeIntervalMs) {
    return purge_queue_in_progress(queue.name);
  }
  abandon(call, queue.record.space);
  call.wake(arrival_topic(queue.record.space));  // long polls go on in the new space
  queue.record.space = new_space(call);
  queue.record.purged_ms = call.now_ms;
  call.txn.put(queue.key, encode(queue.record));
  return PurgeQueueOutput{};
}

Reply<GetQueueAttributesOutput> get_queue_attributes(Call& call,
                                                     const GetQueueAttributesInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  const Queue& queue = std::get<Queue>(found);
  const QueueAttributes& a = queue.record.attributes;
  const MessageCounts counts = count_messages(call, queue.record);
  struct Row {
    std::string_view name;
    std::string value;
  };
  const Row rows[] = {
      {"ApproximateNumberOfMessages", std::to_string(counts.visible)},
      {"ApproximateNumberOfMessagesDelayed", std::to_string(counts.delayed)},
      {"ApproximateNumberOfMessagesNotVisible", std::to_string(counts.in_flight)},
      {"CreatedTimestamp", std::to_string(queue.record.created_ms / 1000)},
      {"DelaySeconds", std::to_string(a.delay_seconds)},
      {"LastModifiedTimestamp", std::to_string(queue.record.modified_ms / 1000)},
      {"MaximumMessageSize", std::to_string(a.message_bytes_max)},
      {"MessageRetentionPeriod", std::to_string(a.retention_seconds)},
      {"QueueArn", queue_arn(call, queue.name)},
      {"ReceiveMessageWaitTimeSeconds", std::to_string(a.wait_seconds)},
      {"RedrivePolicy", a.redrive_policy},
      {"SqsManagedSseEnabled", "false"},
      {"VisibilityTimeout", std::to_string(a.visibility_seconds)},
  };
  // Known, and absent from the answer because no queue here has them.
  constexpr std::string_view kUnset[] = {
      "Policy",         "RedriveAllowPolicy",  "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds",
      "FifoQueue",      "DeduplicationScope",  "FifoThroughputLimit",
      "ContentBasedDeduplication"};
  GetQueueAttributesOutput output;
  bool wants_all = false;
  for (const aws::Text& name : input.attribute_names) {
    if (name == "All") {
      wants_all = true;
    } else if (std::ranges::none_of(rows, [&](const Row& row) { return name == row.name; }) &&
               std::ranges::none_of(kUnset, [&](auto known) { return name == known; })) {
      return invalid_attribute_name(name);
    }
  }
  for (const Row& row : rows) {
    const bool is_wanted = wants_all || std::ranges::any_of(input.attribute_names, [&](auto& name) {
                             return name == row.name;
                           });
    if (!is_wanted || row.value.empty()) continue;
    output.attributes.append(call.arena, {call.keep(row.name), call.keep(row.value)});
  }
  return output;
}

Reply<SetQueueAttributesOutput> set_queue_attributes(Call& call,
                                                     const SetQueueAttributesInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  Queue& queue = std::get<Queue>(found);
  if (auto error = apply_attributes(input.attributes, queue.record.attributes)) return *error;
  queue.record.modified_ms = call.now_ms;
  call.txn.put(queue.key, encode(queue.record));
  return SetQueueAttributesOutput{};
}

Reply<TagQueueOutput> tag_queue(Call& call, const TagQueueInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  Queue& queue = std::get<Queue>(found);
  if (auto error = add_tags(input.tags, queue.name, queue.record)) return *error;
  call.txn.put(queue.key, encode(queue.record));
  return TagQueueOutput{};
}

Reply<UntagQueueOutput> untag_queue(Call& call, const UntagQueueInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  Queue& queue = std::get<Queue>(found);
  for (const aws::Text& key : input.tag_keys) {
    std::erase_if(queue.record.tags, [&](const auto& tag) { return tag.first == key.view(); });
  }
  call.txn.put(queue.key, encode(queue.record));
  return UntagQueueOutput{};
}

Reply<ListQueueTagsOutput> list_queue_tags(Call& call, const ListQueueTagsInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  ListQueueTagsOutput output;
  for (const auto& [key, value] : std::get<Queue>(found).record.tags) {
    output.tags.append(call.arena, {call.keep(key), call.keep(value)});
  }
  return output;
}

}  // namespace fogbank::emulators::sqs
