// A cursor over the levels of the key space (layout.h). It remembers the path of levels down to
// its record, walks the engine's cursor inside the lowest one, climbs at a level's end and
// descends at a marker.
#include <string>
#include <utility>
#include <vector>

#include "core/check.h"
#include "storage/key_space.h"
#include "storage/storage.h"

namespace fogbank::storage {
namespace {

enum class Direction : uint8_t { kForward, kBackward };

constexpr MDB_cursor_op step_of(Direction direction) {
  return direction == Direction::kForward ? MDB_NEXT : MDB_PREV;
}

}  // namespace

class Cursor::State final {
 public:
  explicit State(KeySpace& keys)
      : keys_(keys), records_(keys.records()), cursor_(records_.open_cursor()) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { records_.close_cursor(std::move(cursor_)); }

  bool seek(std::string_view key);
  bool seek_before(std::string_view key);
  bool step(Direction direction);

  [[nodiscard]] std::string_view key() const {
    check_place();
    return key_;
  }
  [[nodiscard]] std::string_view value() const {
    check_place();
    return value_;
  }

 private:
  enum class Place : uint8_t { kBeforeFirst, kAtKey, kBehindLast };
  using Found = std::optional<Records::Record>;

  void check_place() const { core::check(place_ == Place::kAtKey, "the cursor is at a key"); }
  RecordKey descend_along(std::string_view key);
  bool settle(Found found, Direction direction);
  bool enter(const Records::Record& marker, std::string_view segment, Direction direction,
             Found& found);
  void leave(Direction direction, Found& found);
  Found at_or_behind(const RecordKey& key) {
    return records_.move(*cursor_, MDB_SET_RANGE, key.view());
  }
  Found before(const RecordKey& key) {
    return records_.move(*cursor_, at_or_behind(key) ? MDB_PREV : MDB_LAST);
  }

  KeySpace& keys_;
  Records& records_;
  LmdbCursor cursor_;
  Place place_ = Place::kBeforeFirst;
  uint64_t seen_changes_ = 0;
  std::vector<LevelId> path_{kRootLevel};
  // The key; while searching, the segments that lead to the lowest level of path_.
  std::string key_;
  std::string_view value_;
};

// Follows markers as far as `key` has them; answers the place of what is left of the key. Without
// a marker for it, that is the marker's place: the neighbours of both are the same.
RecordKey Cursor::State::descend_along(std::string_view key) {
  path_.assign(1, kRootLevel);
  std::string_view rest = key;
  while (rest.size() > kSegmentBytes) {
    const auto below = keys_.find_level(path_.back(), rest.substr(0, kSegmentBytes));
    if (!below) break;
    path_.push_back(*below);
    rest.remove_prefix(kSegmentBytes);
  }
  const RecordKey place = rest.size() <= kSegmentBytes
                              ? RecordKey::in_level(path_.back(), rest)
                              : RecordKey::marker(path_.back(), rest.substr(0, kSegmentBytes));
  // Last, because `key` may be a view of key_.
  key_.assign(key.substr(0, key.size() - rest.size()));
  return place;
}

bool Cursor::State::seek(std::string_view key) {
  return cursor_ && settle(at_or_behind(descend_along(key)), Direction::kForward);
}

bool Cursor::State::seek_before(std::string_view key) {
  return cursor_ && settle(before(descend_along(key)), Direction::kBackward);
}

bool Cursor::State::step(Direction direction) {
  if (!cursor_) return false;
  const bool is_forward = direction == Direction::kForward;
  if (place_ == Place::kBeforeFirst) return is_forward && seek({});
  if (place_ == Place::kBehindLast) {
    if (is_forward) return false;
    path_.assign(1, kRootLevel);
    key_.clear();
    return settle(before(RecordKey(Space::kLevels, {})), Direction::kBackward);
  }
  if (seen_changes_ != records_.change_count()) {  // the engine's cursor may have been moved
    const std::string from = key_;
    if (!is_forward) return seek_before(from);
    if (!seek(from)) return false;
    if (key_ != from) return true;
  }
  key_.resize((path_.size() - 1) * kSegmentBytes);
  return settle(records_.move(*cursor_, step_of(direction)), direction);
}

// Goes on from the record `found`, which may be a marker or beyond the level, to a key.
bool Cursor::State::settle(Found found, Direction direction) {
  while (!records_.has_failed()) {
    const auto entry = found ? entry_in_level(path_.back(), found->key) : std::nullopt;
    if (entry && !entry->is_marker) {
      key_.append(entry->rest);
      value_ = found->value;
      seen_changes_ = records_.change_count();
      place_ = Place::kAtKey;
      return true;
    }
    if (entry) {
      if (!enter(*found, entry->rest, direction, found)) break;
    } else if (path_.size() > 1) {
      leave(direction, found);
    } else {
      break;
    }
  }
  place_ = direction == Direction::kForward ? Place::kBehindLast : Place::kBeforeFirst;
  return false;
}

// Descends to the first or last record behind a marker.
bool Cursor::State::enter(const Records::Record& marker, std::string_view segment,
                          Direction direction, Found& found) {
  const auto level = keys_.level_of(marker.value);
  if (!level) return false;
  key_.append(segment);
  path_.push_back(*level);
  found = direction == Direction::kForward ? at_or_behind(RecordKey::in_level(*level, {}))
                                           : before(RecordKey::in_level(*level + 1, {}));
  return true;
}

// Climbs to the neighbour of the marker that led here.
void Cursor::State::leave(Direction direction, Found& found) {
  path_.pop_back();
  const std::size_t parent_bytes = (path_.size() - 1) * kSegmentBytes;
  const RecordKey marker =
      RecordKey::marker(path_.back(), std::string_view(key_).substr(parent_bytes, kSegmentBytes));
  key_.resize(parent_bytes);
  found = at_or_behind(marker);
  if (found) found = records_.move(*cursor_, step_of(direction));
}

Cursor::Cursor(Transaction& txn) : state_(std::make_unique<State>(txn.key_space())) {}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&&) noexcept = default;
Cursor::~Cursor() = default;

bool Cursor::seek(std::string_view key) { return state_->seek(key); }
bool Cursor::seek_before(std::string_view key) { return state_->seek_before(key); }
bool Cursor::next() { return state_->step(Direction::kForward); }
bool Cursor::previous() { return state_->step(Direction::kBackward); }
std::string_view Cursor::key() const { return state_->key(); }
std::string_view Cursor::value() const { return state_->value(); }

}  // namespace fogbank::storage
