// Storage layout 1 of SQS, never edited. Integers are big-endian; `space` is 8 random bytes that
// name the messages of one life of a queue (PurgeQueue and DeleteQueue begin a new one).
//
//   "Qq" account(12) region '\0' name   -> QueueRecord
//   "Qd" account(12) region '\0' name   -> u64 when the queue was deleted, ms
//   "Qm" space u64 sequence             -> MessageRecord, written once
//   "Qp" space u64 sequence             -> Progress
//   "Qv" space u64 visible-from-ms u64 sequence -> u8: 0 never received, 1 received before
//   "Qc" space                          -> Counters
//   "Qg" space                          -> empty: the other records of the space await removal
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/names.h"

namespace fogbank::emulators::sqs {

using Space = std::string;  // 8 bytes

struct QueueAttributes {
  int64_t delay_seconds = 0;
  int64_t message_bytes_max = 1'048'576;
  int64_t retention_seconds = 345'600;
  int64_t wait_seconds = 0;
  int64_t visibility_seconds = 30;
  std::string redrive_policy;      // JSON as the client gave it; empty: none
  std::string dead_letter_arn;     // from the policy
  int64_t max_receive_count = 0;   // from the policy; 0: no redrive
  friend bool operator==(const QueueAttributes&, const QueueAttributes&) = default;
};

struct QueueRecord {
  Space space;
  int64_t created_ms = 0;
  int64_t modified_ms = 0;
  int64_t purged_ms = 0;  // 0: never
  QueueAttributes attributes;
  std::vector<std::pair<std::string, std::string>> tags;  // in order of their keys
};

struct MessageAttribute {
  std::string name;
  std::string type;   // "String", "Number", "Binary", with a label behind a dot
  std::string value;  // bytes
  friend bool operator==(const MessageAttribute&, const MessageAttribute&) = default;
};

struct MessageRecord {
  std::string id;  // UUID
  std::string body;
  std::string sender;
  std::string group;  // MessageGroupId; empty: none
  int64_t sent_ms = 0;
  std::vector<MessageAttribute> attributes;  // in the order in which they were sent
  std::string trace_header;                  // AWSTraceHeader; empty: none
};

// What happens to a message after it was sent.
struct Progress {
  int64_t visible_ms = 0;  // part of the key of its entry in the order of visibility
  uint32_t receive_count = 0;
  int64_t first_received_ms = 0;  // 0: never
};

// Of one space.
struct Counters {
  uint64_t messages = 0;
  uint64_t received = 0;       // of these: received at least once, so perhaps in flight
  uint64_t last_sequence = 0;
};

std::string queue_key(const aws::AccountId& account, const aws::Region& region,
                      std::string_view name);
std::string deleted_key(const aws::AccountId& account, const aws::Region& region,
                        std::string_view name);
std::string message_key(const Space& space, uint64_t sequence);
std::string progress_key(const Space& space, uint64_t sequence);
std::string visibility_key(const Space& space, int64_t visible_ms, uint64_t sequence);
std::string count_key(const Space& space);
std::string garbage_key(const Space& space);

// What all records of a space of one kind ("Qm", "Qp", "Qv", "Qc") begin with.
std::string space_prefix(std::string_view kind, const Space& space);
// The sequence at the end of a message's or a visibility's key.
uint64_t sequence_of(std::string_view key);
int64_t visible_ms_of(std::string_view visibility_key);

std::string encode(const QueueRecord& record);
std::string encode(const MessageRecord& record);
std::string encode(const Progress& progress);
std::string encode(const Counters& counters);
// Nothing for bytes that are no such record.
std::optional<QueueRecord> decode_queue(std::string_view bytes);
std::optional<MessageRecord> decode_message(std::string_view bytes);

Progress decode_progress(std::optional<std::string_view> bytes);  // absent: all zero
Counters decode_counters(std::optional<std::string_view> bytes);  // absent: all zero

std::string encode_number(uint64_t value);
uint64_t decode_number(std::optional<std::string_view> bytes);  // absent: 0

}  // namespace fogbank::emulators::sqs
