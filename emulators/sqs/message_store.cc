#include "emulators/sqs/message_store.h"

#include "core/bytes.h"
#include "core/text.h"

namespace fogbank::emulators::sqs {
namespace {

constexpr std::size_t kSweepRecords = 128;
constexpr std::size_t kHandleNoiseBytes = 32;
constexpr std::string_view kHandleMark("\x01\x01\x01", 3);  // handles of AWS begin "AQEB"

std::string byte_of(const Progress& progress) {
  return std::string(1, progress.receive_count > 0 ? '\x01' : '\x00');
}

}  // namespace

void MessageStore::change_counters(int64_t messages, int64_t received) {
  Counters counters = decode_counters(call_.txn.get(count_key(space_)));
  counters.messages += static_cast<uint64_t>(messages);
  counters.received += static_cast<uint64_t>(received);
  call_.txn.put(count_key(space_), encode(counters));
}

void MessageStore::add(const MessageRecord& message, int64_t visible_ms) {
  Counters counters = decode_counters(call_.txn.get(count_key(space_)));
  const uint64_t sequence = ++counters.last_sequence;
  ++counters.messages;
  const Progress progress{.visible_ms = visible_ms};
  call_.txn.put(count_key(space_), encode(counters));
  call_.txn.put(message_key(space_, sequence), encode(message));
  call_.txn.put(progress_key(space_, sequence), encode(progress));
  call_.txn.put(visibility_key(space_, visible_ms, sequence), byte_of(progress));
}

std::optional<TakenMessage> MessageStore::take(int64_t sent_after_ms, int64_t hidden_until_ms) {
  const std::string prefix = space_prefix("Qv", space_);
  storage::Cursor cursor(call_.txn);
  while (cursor.seek(prefix) && cursor.key().starts_with(prefix) &&
         visible_ms_of(cursor.key()) <= call_.now_ms) {
    TakenMessage taken;
    taken.sequence = sequence_of(cursor.key());
    const auto bytes = call_.txn.get(message_key(space_, taken.sequence));
    auto message = bytes ? decode_message(*bytes) : std::nullopt;
    if (!message || message->sent_ms <= sent_after_ms) {
      remove(taken.sequence);
      continue;
    }
    taken.message = std::move(*message);
    taken.progress = decode_progress(call_.txn.get(progress_key(space_, taken.sequence)));
    if (taken.progress.receive_count++ == 0) {
      taken.progress.first_received_ms = call_.now_ms;
      change_counters(0, 1);
    }
    hide(taken.sequence, taken.progress, hidden_until_ms);
    taken.progress.visible_ms = hidden_until_ms;
    return taken;
  }
  return std::nullopt;
}

std::optional<int64_t> MessageStore::next_visible_ms() {
  const std::string prefix = space_prefix("Qv", space_);
  storage::Cursor cursor(call_.txn);
  if (!cursor.seek(prefix) || !cursor.key().starts_with(prefix)) return std::nullopt;
  return visible_ms_of(cursor.key());
}

bool MessageStore::remove(uint64_t sequence) {
  const auto bytes = call_.txn.get(progress_key(space_, sequence));
  if (!bytes) return false;
  const Progress progress = decode_progress(bytes);
  call_.txn.erase(visibility_key(space_, progress.visible_ms, sequence));
  call_.txn.erase(progress_key(space_, sequence));
  call_.txn.erase(message_key(space_, sequence));
  change_counters(-1, progress.receive_count > 0 ? -1 : 0);
  return true;
}

std::optional<Progress> MessageStore::progress(uint64_t sequence) {
  const auto bytes = call_.txn.get(progress_key(space_, sequence));
  if (!bytes) return std::nullopt;
  return decode_progress(bytes);
}

void MessageStore::hide(uint64_t sequence, const Progress& progress, int64_t until_ms) {
  call_.txn.erase(visibility_key(space_, progress.visible_ms, sequence));
  Progress changed = progress;
  changed.visible_ms = until_ms;
  call_.txn.put(progress_key(space_, sequence), encode(changed));
  call_.txn.put(visibility_key(space_, until_ms, sequence), byte_of(changed));
}

std::string make_receipt_handle(Call& call, const Space& space, const TakenMessage& taken) {
  std::string bytes(kHandleMark);
  core::ByteWriter out(bytes);
  out.bytes(space).u64(taken.sequence).u32(taken.progress.receive_count);
  const std::size_t fixed = bytes.size();
  bytes.resize(fixed + kHandleNoiseBytes);
  call.random.fill(std::as_writable_bytes(std::span(bytes.data() + fixed, kHandleNoiseBytes)));
  return core::to_base64(bytes);
}

std::optional<Receipt> parse_receipt_handle(std::string_view handle) {
  const auto bytes = core::from_base64(handle);
  if (!bytes || !bytes->starts_with(kHandleMark)) return std::nullopt;
  core::ByteReader in(*bytes);
  Receipt receipt;
  (void)in.bytes(kHandleMark.size());
  receipt.space = in.bytes(8);
  receipt.sequence = in.u64();
  receipt.receive_count = in.u32();
  if (!in.ok() || in.left().size() != kHandleNoiseBytes) return std::nullopt;
  return receipt;
}

void sweep_garbage(Call& call) {
  storage::Cursor cursor(call.txn);
  if (!cursor.seek("Qg") || !cursor.key().starts_with("Qg")) return;
  const std::string garbage(cursor.key());
  const Space space = garbage.substr(2);
  std::size_t left = kSweepRecords;
  for (const std::string_view kind : {"Qm", "Qp", "Qv", "Qc"}) {
    const std::string prefix = space_prefix(kind, space);
    while (cursor.seek(prefix) && cursor.key().starts_with(prefix)) {
      if (left-- == 0) return;
      call.txn.erase(std::string(cursor.key()));
    }
  }
  call.txn.erase(garbage);
}

}  // namespace fogbank::emulators::sqs
