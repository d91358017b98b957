// Which blobs committed records hold. Lives in the same engine transaction as those records.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/records.h"
#include "storage/storage.h"

namespace fogbank::storage {

// What must happen to blob files after a commit.
struct BlobMoves {
  std::vector<std::string> keep;    // adopted: out of staging
  std::vector<std::string> remove;  // released: unlink, then forget by BlobRegister::forget_gone
  [[nodiscard]] bool empty() const { return keep.empty() && remove.empty(); }
};

[[nodiscard]] bool is_blob_id(std::string_view text);
[[nodiscard]] core::Error bad_blob_id();

class BlobRegister final {
 public:
  explicit BlobRegister(Records& records) : records_(records) {}

  void begin_batch() { touched_.clear(); }
  void adopt(const BlobId& blob);
  void release(const BlobId& blob);

  [[nodiscard]] bool holds(std::string_view id);
  void forget_gone(std::string_view id);
  [[nodiscard]] std::vector<std::string> all_gone();

  // What adopt() and release() ask for since begin_batch(). Call it at the batch's end, before the
  // commit: it looks at what is left after tasks were undone.
  [[nodiscard]] BlobMoves take_moves();

 private:
  [[nodiscard]] bool is_valid(const BlobId& blob);
  void touch(const std::string& id);
  [[nodiscard]] bool is_touched(const std::string& id) const;

  Records& records_;
  std::vector<std::string> touched_;
};

}  // namespace fogbank::storage
