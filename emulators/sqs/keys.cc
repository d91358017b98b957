#include "emulators/sqs/keys.h"

#include "core/bytes.h"

namespace fogbank::emulators::sqs {
namespace {

constexpr uint8_t kQueueVersion = 1;
constexpr uint8_t kMessageVersion = 1;

std::string named_key(std::string_view kind, const aws::AccountId& account,
                      const aws::Region& region, std::string_view name) {
  std::string key(kind);
  key += account.text();
  key += region.text();
  key += '\0';
  key += name;
  return key;
}

uint64_t number_at(std::string_view key, std::size_t from) {
  core::ByteReader in(key.substr(from));
  return in.u64();
}

}  // namespace

std::string queue_key(const aws::AccountId& account, const aws::Region& region,
                      std::string_view name) {
  return named_key("Qq", account, region, name);
}

std::string deleted_key(const aws::AccountId& account, const aws::Region& region,
                        std::string_view name) {
  return named_key("Qd", account, region, name);
}

std::string space_prefix(std::string_view kind, const Space& space) {
  return std::string(kind) + space;
}

std::string message_key(const Space& space, uint64_t sequence) {
  std::string key = space_prefix("Qm", space);
  core::ByteWriter(key).u64(sequence);
  return key;
}

std::string progress_key(const Space& space, uint64_t sequence) {
  std::string key = space_prefix("Qp", space);
  core::ByteWriter(key).u64(sequence);
  return key;
}

std::string visibility_key(const Space& space, int64_t visible_ms, uint64_t sequence) {
  std::string key = space_prefix("Qv", space);
  core::ByteWriter(key).i64(visible_ms).u64(sequence);
  return key;
}

std::string count_key(const Space& space) { return space_prefix("Qc", space); }
std::string garbage_key(const Space& space) { return space_prefix("Qg", space); }

uint64_t sequence_of(std::string_view key) { return number_at(key, key.size() - 8); }
int64_t visible_ms_of(std::string_view key) {
  return static_cast<int64_t>(number_at(key, key.size() - 16));
}

std::string encode(const QueueRecord& record) {
  std::string bytes;
  core::ByteWriter out(bytes);
  out.u8(kQueueVersion).bytes(record.space).i64(record.created_ms).i64(record.modified_ms);
  out.i64(record.purged_ms);
  const QueueAttributes& a = record.attributes;
  out.i64(a.delay_seconds).i64(a.message_bytes_max).i64(a.retention_seconds).i64(a.wait_seconds);
  out.i64(a.visibility_seconds).text32(a.redrive_policy).text32(a.dead_letter_arn);
  out.i64(a.max_receive_count).u32(static_cast<uint32_t>(record.tags.size()));
  for (const auto& [key, value] : record.tags) out.text32(key).text32(value);
  return bytes;
}

std::optional<QueueRecord> decode_queue(std::string_view bytes) {
  core::ByteReader in(bytes);
  if (in.u8() != kQueueVersion) return std::nullopt;
  QueueRecord record;
  record.space = in.bytes(8);
  record.created_ms = in.i64();
  record.modified_ms = in.i64();
  record.purged_ms = in.i64();
  QueueAttributes& a = record.attributes;
  a.delay_seconds = in.i64();
  a.message_bytes_max = in.i64();
  a.retention_seconds = in.i64();
  a.wait_seconds = in.i64();
  a.visibility_seconds = in.i64();
  a.redrive_policy = in.text32();
  a.dead_letter_arn = in.text32();
  a.max_receive_count = in.i64();
  for (uint32_t left = in.u32(); left > 0 && in.ok(); --left) {
    const std::string_view key = in.text32();
    record.tags.emplace_back(key, in.text32());
  }
  if (!in.is_at_end()) return std::nullopt;
  return record;
}

std::string encode(const MessageRecord& record) {
  std::string bytes;
  core::ByteWriter out(bytes);
  out.u8(kMessageVersion)
      .text32(record.id)
      .i64(record.sent_ms)
      .text32(record.sender)
      .text32(record.group);
  out.text32(record.trace_header).u32(static_cast<uint32_t>(record.attributes.size()));
  for (const MessageAttribute& a : record.attributes)
    out.text32(a.name).text32(a.type).text32(a.value);
  out.text32(record.body);
  return bytes;
}

std::optional<MessageRecord> decode_message(std::string_view bytes) {
  core::ByteReader in(bytes);
  if (in.u8() != kMessageVersion) return std::nullopt;
  MessageRecord record;
  record.id = in.text32();
  record.sent_ms = in.i64();
  record.sender = in.text32();
  record.group = in.text32();
  record.trace_header = in.text32();
  for (uint32_t left = in.u32(); left > 0 && in.ok(); --left) {
    MessageAttribute attribute;
    attribute.name = in.text32();
    attribute.type = in.text32();
    attribute.value = in.text32();
    record.attributes.push_back(std::move(attribute));
  }
  record.body = in.text32();
  if (!in.is_at_end()) return std::nullopt;
  return record;
}

std::string encode(const Progress& progress) {
  std::string bytes;
  core::ByteWriter(bytes)
      .i64(progress.visible_ms)
      .u32(progress.receive_count)
      .i64(progress.first_received_ms);
  return bytes;
}

std::string encode(const Counters& counters) {
  std::string bytes;
  core::ByteWriter(bytes).u64(counters.messages).u64(counters.received).u64(
      counters.last_sequence);
  return bytes;
}

Progress decode_progress(std::optional<std::string_view> bytes) {
  core::ByteReader in(bytes.value_or(""));
  Progress progress;
  progress.visible_ms = in.i64();
  progress.receive_count = in.u32();
  progress.first_received_ms = in.i64();
  return progress;
}

Counters decode_counters(std::optional<std::string_view> bytes) {
  core::ByteReader in(bytes.value_or(""));
  Counters counters;
  counters.messages = in.u64();
  counters.received = in.u64();
  counters.last_sequence = in.u64();
  return counters;
}

std::string encode_number(uint64_t value) {
  std::string out;
  core::ByteWriter(out).u64(value);
  return out;
}

uint64_t decode_number(std::optional<std::string_view> bytes) {
  if (!bytes) return 0;
  core::ByteReader in(*bytes);
  return in.u64();
}

}  // namespace fogbank::emulators::sqs
