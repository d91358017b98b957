// What one task changed, so that it alone can be undone inside a batch. Nested transactions of
// the engine would do the same for 8 to 23 us each; this costs a copy of each replaced value.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fogbank::storage {

class UndoLog final {
 public:
  struct Change {
    std::string_view key;
    std::optional<std::string_view> before;  // nothing: the record was not there
  };

  // Copies both.
  void add(std::string_view key, std::optional<std::string_view> before);
  [[nodiscard]] std::size_t size() const { return changes_.size(); }
  // The views live until the next add() or clear().
  [[nodiscard]] Change at(std::size_t index) const;
  void clear();

 private:
  static constexpr std::size_t kKeptBytesMax = 4U << 20;  // capacity kept from task to task
  struct Entry {
    std::size_t key_begin, key_bytes, before_bytes;
    bool had_before;
  };
  std::vector<Entry> changes_;
  std::string bytes_;  // key, value before, key, value before ...
};

}  // namespace fogbank::storage
