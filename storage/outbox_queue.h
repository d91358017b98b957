// The effects not delivered yet, as records: one append-ordered range per queue name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/records.h"
#include "storage/storage.h"

namespace fogbank::storage {

inline constexpr std::size_t kQueueNameBytesMax = 64;
[[nodiscard]] bool is_queue_name(std::string_view name);

struct StoredEffect {
  std::string record_key;
  std::string payload;
};

class OutboxQueue final {
 public:
  explicit OutboxQueue(Records& records) : records_(records) {}

  void append(const Effect& effect);
  void erase(std::string_view record_key) { records_.erase(record_key); }
  // The oldest effects of `queue`, in order; at least one if there is any, then up to both bounds.
  [[nodiscard]] std::vector<StoredEffect> oldest(std::string_view queue, std::size_t count_max,
                                                 std::size_t bytes_max);

  // Effects appended since begin_batch(), undone ones included: a hint to look.
  void begin_batch() { appended_ = 0; }
  [[nodiscard]] std::size_t appended() const { return appended_; }

 private:
  [[nodiscard]] uint64_t next_sequence(std::string_view queue);

  Records& records_;
  std::size_t appended_ = 0;
};

}  // namespace fogbank::storage
