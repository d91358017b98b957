// A write task whose maker waits for its commit.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

#include "storage/storage.h"

namespace fogbank::storage {

class WaitingTask final : public WriteTask {
 public:
  // What `body` refers to lives until wait() returns.
  explicit WaitingTask(std::function<Verdict(Transaction&)> body) : body_(std::move(body)) {}

  Verdict run(Transaction& txn) override { return body_(txn); }
  void committed(const core::Result<void>& outcome) override;
  core::Result<void> wait();

 private:
  std::function<Verdict(Transaction&)> body_;
  std::mutex mutex_;
  std::condition_variable is_told_;
  std::optional<core::Result<void>> outcome_;
};

}  // namespace fogbank::storage
