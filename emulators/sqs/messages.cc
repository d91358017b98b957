#include "emulators/sqs/messages.h"

#include <algorithm>

#include "aws/checksum.h"
#include "core/text.h"
#include "emulators/sqs/errors.h"
#include "emulators/sqs/limits.h"
#include "emulators/sqs/message_attributes.h"
#include "emulators/sqs/message_store.h"
#include "emulators/sqs/queues.h"

namespace fogbank::emulators::sqs {
namespace {

std::string_view md5_hex(Call& call, std::string_view bytes) {
  return call.keep(core::to_hex(aws::hash(aws::HashKind::kMd5, bytes)));
}

aws::AwsError out_of_range(int64_t value, std::string_view parameter, std::string_view reason) {
  return invalid_parameter_value("Value " + std::to_string(value) + " for parameter " +
                                 std::string(parameter) + " is invalid. Reason: " +
                                 std::string(reason));
}

// Whether the client asks for attribute `name`: by its name, by "All", or by a prefix and ".*".
bool is_wanted(const aws::List<aws::Text>& wanted, std::string_view name) {
  return std::ranges::any_of(wanted, [&](const aws::Text& one) {
    const std::string_view pattern = one;
    if (pattern == "All" || pattern == ".*" || pattern == name) return true;
    return pattern.ends_with(".*") && name.starts_with(pattern.substr(0, pattern.size() - 1));
  });
}

std::optional<aws::AwsError> take_system_attributes(
    const aws::Map<MessageSystemAttributeValue>& given, MessageRecord& message) {
  for (const auto& [name, value] : given) {
    if (name != "AWSTraceHeader") {
      return invalid_parameter_value("Message system attribute name '" + name.str() +
                                     "' is invalid.");
    }
    if (value.data_type != "String" || value.string_value.empty()) {
      return invalid_parameter_value(
          "The message system attribute 'AWSTraceHeader' must contain a non-empty value of type "
          "'String'.");
    }
    message.trace_header = value.string_value.view();
  }
  return std::nullopt;
}

// What SendMessage and an entry of SendMessageBatch have in common.
template <class Request>
std::variant<MessageRecord, aws::AwsError> make_message(Call& call, const Queue& queue,
                                                        const Request& request) {
  if (!request.message_body) return missing_parameter("MessageBody");
  if (request.message_body.empty()) {
    return invalid_parameter_value("The request must contain the parameter MessageBody.");
  }
  if (const auto bad = first_forbidden_character(request.message_body)) {
    return invalid_message_contents(*bad);
  }
  if (request.message_deduplication_id) {
    return invalid_parameter_value(
        "Value " + request.message_deduplication_id.str() +
        " for parameter MessageDeduplicationId is invalid. Reason: The request include parameter "
        "that is not valid for this queue type");
  }
  MessageRecord message;
  if (auto error = take_message_attributes(request.message_attributes, message.attributes)) {
    return *error;
  }
  if (auto error = take_system_attributes(request.message_system_attributes, message)) {
    return *error;
  }
  const auto bytes_max = static_cast<std::size_t>(queue.record.attributes.message_bytes_max);
  if (request.message_body.size() + size_of_attributes(message.attributes) > bytes_max) {
    return invalid_parameter_value(
        "One or more parameters are invalid. Reason: Message must be shorter than " +
        std::to_string(bytes_max) + " bytes.");
  }
  const int64_t delay =
      request.delay_seconds.value_or(static_cast<int32_t>(queue.record.attributes.delay_seconds));
  if (delay < 0 || delay > kDelaySecondsMax) {
    return out_of_range(delay, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.");
  }
  message.id = call.random.uuid();
  message.body = request.message_body.view();
  message.sender = call.account.text();
  message.group = request.message_group_id.view();
  message.sent_ms = call.now_ms;
  return message;
}

// Adds the message and fills the digests that SendMessage and its batch answer.
template <class Request, class Result>
std::optional<aws::AwsError> send_one(Call& call, const Queue& queue, const Request& request,
                                      Result& result) {
  auto made = make_message(call, queue, request);
  if (auto* error = std::get_if<aws::AwsError>(&made)) return std::move(*error);
  const auto& message = std::get<MessageRecord>(made);
  const int64_t delay_s =
      request.delay_seconds.value_or(static_cast<int32_t>(queue.record.attributes.delay_seconds));
  MessageStore(call, queue.record.space).add(message, call.now_ms + delay_s * 1000);
  call.wake(arrival_topic(queue.record.space));
  result.message_id = call.keep(message.id);
  result.md5_of_message_body = md5_hex(call, message.body);
  if (!message.attributes.empty()) {
    result.md5_of_message_attributes = call.keep(md5_of_attributes(message.attributes));
  }
  if (!message.trace_header.empty()) {
    result.md5_of_message_system_attributes =
        call.keep(md5_of_attributes({{"AWSTraceHeader", "String", message.trace_header}}));
  }
  return std::nullopt;
}

Message to_output(Call& call, const ReceiveMessageInput& input, const Space& space,
                  const TakenMessage& taken) {
  const MessageRecord& m = taken.message;
  Message out{.message_id = call.keep(m.id),
              .receipt_handle = call.keep(make_receipt_handle(call, space, taken)),
              .md5_of_body = md5_hex(call, m.body),
              .body = call.keep(m.body)};
  struct Row {
    std::string_view name;
    std::string value;
  };
  const Row rows[] = {
      {"SenderId", m.sender},
      {"ApproximateFirstReceiveTimestamp", std::to_string(taken.progress.first_received_ms)},
      {"ApproximateReceiveCount", std::to_string(taken.progress.receive_count)},
      {"SentTimestamp", std::to_string(m.sent_ms)},
      {"AWSTraceHeader", m.trace_header},
      {"MessageGroupId", m.group},
  };
  for (const Row& row : rows) {
    if (row.value.empty()) continue;
    if (is_wanted(input.attribute_names, row.name) ||
        is_wanted(input.message_system_attribute_names, row.name)) {
      out.attributes.append(call.arena, {call.keep(row.name), call.keep(row.value)});
    }
  }
  std::vector<MessageAttribute> given;
  for (const MessageAttribute& a : m.attributes) {
    if (!is_wanted(input.message_attribute_names, a.name)) continue;
    MessageAttributeValue value{.data_type = call.keep(a.type)};
    (a.type.starts_with("Binary") ? value.binary_value : value.string_value) = call.keep(a.value);
    out.message_attributes.append(call.arena, {call.keep(a.name), value});
    given.push_back(a);
  }
  if (!given.empty()) out.md5_of_message_attributes = call.keep(md5_of_attributes(given));
  return out;
}

// Moves a message that was received too often to its dead-letter queue. False: there is no such
// queue any more, so the message stays (SQS Developer Guide, "Using dead-letter queues").
bool move_to_dead_letters(Call& call, const Queue& queue, const TakenMessage& taken) {
  const auto arn = aws::Arn::parse(queue.record.attributes.dead_letter_arn);
  if (!arn || arn->account != call.account.text() || arn->region != call.region.text()) {
    return false;
  }
  const auto bytes = call.txn.get(queue_key(call.account, call.region, arn->resource));
  const auto target = bytes ? decode_queue(*bytes) : std::nullopt;
  if (!target) return false;
  MessageStore(call, queue.record.space).remove(taken.sequence);
  MessageStore(call, target->space).add(taken.message, call.now_ms);
  call.wake(arrival_topic(target->space));
  return true;
}

std::optional<aws::AwsError> check_receive(const ReceiveMessageInput& input) {
  const int32_t count = input.max_number_of_messages.value_or(1);
  if (count < 1 || count > 10) {
    return out_of_range(count, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.");
  }
  const int32_t wait = input.wait_time_seconds.value_or(0);
  if (wait < 0 || wait > kWaitSecondsMax) {
    return out_of_range(wait, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.");
  }
  const int32_t hidden = input.visibility_timeout.value_or(0);
  if (hidden < 0 || hidden > kVisibilitySecondsMax) {
    return out_of_range(hidden, "VisibilityTimeout",
                        "Must be >= 0 and <= 43200, if provided.");
  }
  if (input.receive_request_attempt_id) {
    return invalid_parameter_value(
        "Value " + input.receive_request_attempt_id.str() +
        " for parameter ReceiveRequestAttemptId is invalid. Reason: The request include parameter "
        "that is not valid for this queue type");
  }
  return std::nullopt;
}

// The message of this queue that a receipt handle names, or why it names none. A handle that an
// ulterior receive has made stale still names its message (SQS API Reference, DeleteMessage).
std::variant<uint64_t, aws::AwsError> find_message(const Queue& queue, std::string_view handle) {
  const auto receipt = parse_receipt_handle(handle);
  if (!receipt || receipt->space != queue.record.space) return receipt_handle_is_invalid(handle);
  return receipt->sequence;
}

std::optional<aws::AwsError> delete_one(Call& call, const Queue& queue, std::string_view handle) {
  const auto found = find_message(queue, handle);
  if (const auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  MessageStore(call, queue.record.space).remove(std::get<uint64_t>(found));  // gone is fine
  return std::nullopt;
}

std::optional<aws::AwsError> change_one(Call& call, const Queue& queue, std::string_view handle,
                                        aws::Opt<int32_t> timeout_s) {
  if (!timeout_s) return missing_parameter("VisibilityTimeout");
  if (*timeout_s < 0 || *timeout_s > kVisibilitySecondsMax) {
    return out_of_range(*timeout_s, "VisibilityTimeout",
                        "VisibilityTimeout must be an integer between 0 and 43200");
  }
  const auto found = find_message(queue, handle);
  if (const auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  const uint64_t sequence = std::get<uint64_t>(found);
  MessageStore store(call, queue.record.space);
  const auto progress = store.progress(sequence);
  if (!progress || progress->receive_count == 0 || progress->visible_ms <= call.now_ms) {
    return message_not_in_flight(handle);
  }
  store.hide(sequence, *progress, call.now_ms + int64_t{*timeout_s} * 1000);
  call.wake(arrival_topic(queue.record.space));  // it may be visible again before a poll ends
  return std::nullopt;
}

bool is_batch_entry_id(std::string_view id) {
  if (id.empty() || id.size() > kBatchEntryIdBytesMax) return false;
  return std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_';
  });
}

template <class Entry>
std::optional<aws::AwsError> check_batch(const aws::List<Entry>& entries,
                                         std::string_view entry_type) {
  if (entries.empty()) return empty_batch(entry_type);
  if (entries.size() > kBatchEntriesMax) return too_many_entries(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!is_batch_entry_id(entries[i].id)) return invalid_batch_entry_id();
    for (std::size_t j = 0; j < i; ++j) {
      if (entries[j].id.view() == entries[i].id.view()) {
        return batch_entry_ids_not_distinct(entries[i].id);
      }
    }
  }
  return std::nullopt;
}

BatchResultErrorEntry failed_entry(Call& call, const aws::Text& id, const aws::AwsError& error) {
  return {.id = id,
          .sender_fault = error.status < 500,
          .code = call.keep(error.code),
          .message = call.keep(error.message)};
}

}  // namespace

MessageCounts count_messages(Call& call, const QueueRecord& queue) {
  const Counters counters = decode_counters(call.txn.get(count_key(queue.space)));
  const std::string prefix = space_prefix("Qv", queue.space);
  MessageCounts counts;
  storage::Cursor cursor(call.txn);
  for (bool found = cursor.seek(visibility_key(queue.space, call.now_ms + 1, 0));
       found && cursor.key().starts_with(prefix); found = cursor.next()) {
    const bool was_received = !cursor.value().empty() && cursor.value()[0] != '\0';
    ++(was_received ? counts.in_flight : counts.delayed);
  }
  counts.visible = counters.messages - counts.delayed - counts.in_flight;
  return counts;
}

Reply<SendMessageOutput> send_message(Call& call, const SendMessageInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  SendMessageOutput output;
  if (auto error = send_one(call, std::get<Queue>(found), input, output)) return *error;
  return output;
}

Reply<SendMessageBatchOutput> send_message_batch(Call& call, const SendMessageBatchInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  if (auto error = check_batch(input.entries, "SendMessageBatchRequestEntry")) return *error;
  std::size_t bytes = 0;
  for (const auto& entry : input.entries) {
    bytes += entry.message_body.size();
    for (const auto& [name, value] : entry.message_attributes) {
      bytes += name.size() + value.data_type.size() + value.string_value.size() +
               value.binary_value.size();
    }
  }
  if (bytes > kMessageBytesMax) return batch_too_long(bytes);
  auto output = SendMessageBatchOutput{};
  for (const auto& entry : input.entries) {
    SendMessageBatchResultEntry sent{.id = entry.id};
    if (auto error = send_one(call, std::get<Queue>(found), entry, sent)) {
      output.failed.append(call.arena, failed_entry(call, entry.id, *error));
    } else {
      output.successful.append(call.arena, sent);
    }
  }
  return output;
}

Reply<ReceiveMessageOutput> receive_message(Call& call, const ReceiveMessageInput& input) {
  sweep_garbage(call);
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  const Queue& queue = std::get<Queue>(found);
  const QueueAttributes& a = queue.record.attributes;
  if (auto error = check_receive(input)) return *error;
  const Space& space = queue.record.space;
  if (decode_counters(call.txn.get(count_key(space))).received >= kInFlightMax &&
      count_messages(call, queue.record).in_flight >= kInFlightMax) {
    return over_limit();
  }

  const auto want = static_cast<std::size_t>(input.max_number_of_messages.value_or(1));
  const int64_t hidden_s =
      input.visibility_timeout.value_or(static_cast<int32_t>(a.visibility_seconds));
  MessageStore store(call, space);
  ReceiveMessageOutput output;
  // With a timeout of 0 a message stays visible, and would be taken again and again.
  std::vector<uint64_t> taken_sequences;
  while (output.messages.size() < want) {
    const auto taken = store.take(call.now_ms - a.retention_seconds * 1000,
                                  call.now_ms + std::max<int64_t>(hidden_s * 1000, 1));
    if (!taken) break;
    const bool is_dead = a.max_receive_count > 0 &&
                         taken->progress.receive_count > a.max_receive_count &&
                         move_to_dead_letters(call, queue, *taken);
    if (is_dead) continue;
    output.messages.append(call.arena, to_output(call, input, space, *taken));
    taken_sequences.push_back(taken->sequence);
  }
  if (hidden_s == 0) {
    for (const uint64_t sequence : taken_sequences) {
      store.hide(sequence, *store.progress(sequence), call.now_ms);
    }
  }
  const int64_t wait_s = input.wait_time_seconds.value_or(static_cast<int32_t>(a.wait_seconds));
  const int64_t deadline_ms = call.started_ms + wait_s * 1000;
  if (output.messages.empty() && call.now_ms < deadline_ms) {
    return Park{arrival_topic(space),
                std::min(deadline_ms, store.next_visible_ms().value_or(deadline_ms))};
  }
  return output;
}

Reply<DeleteMessageOutput> delete_message(Call& call, const DeleteMessageInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  if (!input.receipt_handle) return missing_parameter("ReceiptHandle");
  if (auto error = delete_one(call, std::get<Queue>(found), input.receipt_handle)) return *error;
  return DeleteMessageOutput{};
}

Reply<DeleteMessageBatchOutput> delete_message_batch(Call& call,
                                                     const DeleteMessageBatchInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  if (auto error = check_batch(input.entries, "DeleteMessageBatchRequestEntry")) return *error;
  DeleteMessageBatchOutput output;
  for (const auto& entry : input.entries) {
    if (auto error = delete_one(call, std::get<Queue>(found), entry.receipt_handle)) {
      output.failed.append(call.arena, failed_entry(call, entry.id, *error));
    } else {
      output.successful.append(call.arena, {.id = entry.id});
    }
  }
  return output;
}

Reply<ChangeMessageVisibilityOutput> change_message_visibility(
    Call& call, const ChangeMessageVisibilityInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  if (!input.receipt_handle) return missing_parameter("ReceiptHandle");
  if (auto error = change_one(call, std::get<Queue>(found), input.receipt_handle,
                              input.visibility_timeout)) {
    return *error;
  }
  return ChangeMessageVisibilityOutput{};
}

Reply<ChangeMessageVisibilityBatchOutput> change_message_visibility_batch(
    Call& call, const ChangeMessageVisibilityBatchInput& input) {
  auto found = find_queue(call, input.queue_url);
  if (auto* error = std::get_if<aws::AwsError>(&found)) return *error;
  if (auto error = check_batch(input.entries, "ChangeMessageVisibilityBatchRequestEntry")) {
    return *error;
  }
  ChangeMessageVisibilityBatchOutput output;
  for (const auto& entry : input.entries) {
    if (auto error = change_one(call, std::get<Queue>(found), entry.receipt_handle,
                                entry.visibility_timeout)) {
      output.failed.append(call.arena, failed_entry(call, entry.id, *error));
    } else {
      output.successful.append(call.arena, {.id = entry.id});
    }
  }
  return output;
}

}  // namespace fogbank::emulators::sqs
