#include "storage/key_space.h"

#include <array>
#include <string>

#include "storage/storage.h"

namespace fogbank::storage {
namespace {

constexpr std::size_t kLevelsMax = kKeyBytesMax / kSegmentBytes + 1;

std::string_view segment_at(std::string_view key, std::size_t depth) {
  return key.substr(depth * kSegmentBytes, kSegmentBytes);
}

}  // namespace

std::optional<std::string_view> KeySpace::get(std::string_view key) {
  LevelId level = kRootLevel;
  while (key.size() > kSegmentBytes) {
    const auto below = find_level(level, key.substr(0, kSegmentBytes));
    if (!below) return std::nullopt;
    level = *below;
    key.remove_prefix(kSegmentBytes);
  }
  return records_.get(RecordKey::in_level(level, key).view());
}

void KeySpace::put(std::string_view key, std::string_view value) {
  if (key.size() > kKeyBytesMax || value.size() > kValueBytesMax) {
    records_.fail({"storage: a record of " + std::to_string(key.size()) + " key bytes and " +
                   std::to_string(value.size()) + " value bytes is beyond the limits " +
                   std::to_string(kKeyBytesMax) + " and " + std::to_string(kValueBytesMax)});
    return;
  }
  LevelId level = kRootLevel;
  while (key.size() > kSegmentBytes) {
    const auto below = find_or_make_level(level, key.substr(0, kSegmentBytes));
    if (!below) return;
    level = *below;
    key.remove_prefix(kSegmentBytes);
  }
  records_.put(RecordKey::in_level(level, key).view(), value);
}

bool KeySpace::erase(std::string_view key) {
  if (key.size() > kKeyBytesMax) return false;
  std::array<LevelId, kLevelsMax> path{kRootLevel};
  std::size_t depth = 0;
  while (key.size() - depth * kSegmentBytes > kSegmentBytes) {
    const auto below = find_level(path[depth], segment_at(key, depth));
    if (!below) return false;
    path[++depth] = *below;
  }
  const std::string_view rest = key.substr(depth * kSegmentBytes);
  if (!records_.erase(RecordKey::in_level(path[depth], rest).view())) return false;
  for (; depth > 0 && is_empty(path[depth]); --depth) {
    records_.erase(RecordKey::marker(path[depth - 1], segment_at(key, depth - 1)).view());
  }
  return true;
}

std::optional<LevelId> KeySpace::find_level(LevelId level, std::string_view segment) {
  const auto found = records_.get(RecordKey::marker(level, segment).view());
  if (!found) return std::nullopt;
  return level_of(*found);
}

std::optional<LevelId> KeySpace::level_of(std::string_view marker_value) {
  const auto level = decode_number(marker_value);
  if (!level || *level == kRootLevel) {
    records_.fail({"storage: a key marker is damaged; restore the last snapshot"});
    return std::nullopt;
  }
  return level;
}

std::optional<LevelId> KeySpace::find_or_make_level(LevelId level, std::string_view segment) {
  const RecordKey marker = RecordKey::marker(level, segment);
  if (const auto found = records_.get(marker.view())) return level_of(*found);
  const RecordKey last_level(Space::kMeta, kLastLevelName);
  const auto last = records_.get(last_level.view());
  const LevelId made = (last ? decode_number(*last).value_or(kRootLevel) : kRootLevel) + 1;
  const auto encoded = encode_number(made);
  records_.put(last_level.view(), as_view(encoded));
  records_.put(marker.view(), as_view(encoded));
  if (records_.has_failed()) return std::nullopt;
  return made;
}

bool KeySpace::is_empty(LevelId level) {
  LmdbCursor cursor = records_.open_cursor();
  if (!cursor) return false;
  const auto first =
      records_.move(*cursor, MDB_SET_RANGE, RecordKey::in_level(level, {}).view());
  const bool has_entry = first && entry_in_level(level, first->key);
  records_.close_cursor(std::move(cursor));
  return !has_entry && !records_.has_failed();
}

}  // namespace fogbank::storage
