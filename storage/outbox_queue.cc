#include "storage/outbox_queue.h"

#include "core/check.h"
#include "storage/layout.h"

namespace fogbank::storage {
namespace {

std::string range_of(std::string_view queue) {
  std::string range(queue);
  range.push_back('\0');
  return range;
}

}  // namespace

void OutboxQueue::append(const Effect& effect) {
  core::check(is_queue_name(effect.queue), "an effect's queue has a short name without NUL");
  if (effect.payload.size() > kValueBytesMax) {
    records_.fail({"storage: an effect of " + std::to_string(effect.payload.size()) +
                   " bytes is beyond the limit " + std::to_string(kValueBytesMax)});
    return;
  }
  std::string key = range_of(effect.queue);
  const auto sequence = encode_number(next_sequence(effect.queue));
  key.append(as_view(sequence));
  records_.put(RecordKey(Space::kOutbox, key).view(), effect.payload);
  ++appended_;
}

// One more than the last waiting effect. A number is used again once its effect is delivered and
// erased; only the order of what waits together matters.
uint64_t OutboxQueue::next_sequence(std::string_view queue) {
  LmdbCursor cursor = records_.open_cursor();
  if (!cursor) return 0;
  std::string range = range_of(queue);
  const std::string range_key(RecordKey(Space::kOutbox, range).view());
  range.back() = '\1';
  const RecordKey end(Space::kOutbox, range);
  const auto behind = records_.move(*cursor, MDB_SET_RANGE, end.view());
  const auto last = records_.move(*cursor, behind ? MDB_PREV : MDB_LAST);
  uint64_t sequence = 1;
  if (last && last->key.starts_with(range_key)) {
    sequence = decode_number(last->key.substr(range_key.size())).value_or(0) + 1;
  }
  records_.close_cursor(std::move(cursor));
  return sequence;
}

std::vector<StoredEffect> OutboxQueue::oldest(std::string_view queue, std::size_t count_max,
                                              std::size_t bytes_max) {
  std::vector<StoredEffect> effects;
  LmdbCursor cursor = records_.open_cursor();
  if (!cursor) return effects;
  const RecordKey begin(Space::kOutbox, range_of(queue));
  std::size_t bytes = 0;
  auto record = records_.move(*cursor, MDB_SET_RANGE, begin.view());
  while (record && record->key.starts_with(begin.view()) && effects.size() < count_max &&
         (effects.empty() || bytes + record->value.size() <= bytes_max)) {
    bytes += record->value.size();
    effects.push_back({std::string(record->key), std::string(record->value)});
    record = records_.move(*cursor, MDB_NEXT);
  }
  records_.close_cursor(std::move(cursor));
  return effects;
}

bool is_queue_name(std::string_view name) {
  return !name.empty() && name.size() <= kQueueNameBytesMax &&
         name.find('\0') == std::string_view::npos;
}

}  // namespace fogbank::storage
