#include "storage/undo_log.h"

namespace fogbank::storage {

void UndoLog::add(std::string_view key, std::optional<std::string_view> before) {
  changes_.push_back({.key_begin = bytes_.size(),
                      .key_bytes = key.size(),
                      .before_bytes = before ? before->size() : 0,
                      .had_before = before.has_value()});
  bytes_.append(key);
  if (before) bytes_.append(*before);
}

UndoLog::Change UndoLog::at(std::size_t index) const {
  const Entry& entry = changes_[index];
  const std::string_view bytes = bytes_;
  Change change{.key = bytes.substr(entry.key_begin, entry.key_bytes), .before = std::nullopt};
  if (entry.had_before) {
    change.before = bytes.substr(entry.key_begin + entry.key_bytes, entry.before_bytes);
  }
  return change;
}

void UndoLog::clear() {
  changes_.clear();
  bytes_.clear();
  if (bytes_.capacity() > kKeptBytesMax) bytes_ = {};
}

}  // namespace fogbank::storage
