// Keys of up to kKeyBytesMax bytes over the engine's shorter ones; layout.h says how.
#pragma once

#include <optional>
#include <string_view>

#include "storage/layout.h"
#include "storage/records.h"

namespace fogbank::storage {

class KeySpace final {
 public:
  explicit KeySpace(Records& records) : records_(records) {}

  [[nodiscard]] std::optional<std::string_view> get(std::string_view key);
  void put(std::string_view key, std::string_view value);
  bool erase(std::string_view key);

  [[nodiscard]] Records& records() { return records_; }
  // The level below `level` for keys that go on behind `segment`.
  [[nodiscard]] std::optional<LevelId> find_level(LevelId level, std::string_view segment);
  // The level that a marker's value names; a value that names none is a failure.
  [[nodiscard]] std::optional<LevelId> level_of(std::string_view marker_value);

 private:
  [[nodiscard]] std::optional<LevelId> find_or_make_level(LevelId level, std::string_view segment);
  [[nodiscard]] bool is_empty(LevelId level);

  Records& records_;
};

}  // namespace fogbank::storage
