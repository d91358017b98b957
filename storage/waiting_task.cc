#include "storage/waiting_task.h"

#include <memory>

namespace fogbank::storage {

void WaitingTask::committed(const core::Result<void>& outcome) {
  const std::lock_guard lock(mutex_);
  outcome_ = outcome;
  is_told_.notify_one();
}

core::Result<void> WaitingTask::wait() {
  std::unique_lock lock(mutex_);
  is_told_.wait(lock, [this] { return outcome_.has_value(); });
  return *outcome_;
}

core::Result<void> write_and_wait(Store& store, const std::function<Verdict(Transaction&)>& body) {
  const auto task = std::make_shared<WaitingTask>(body);
  store.write(task);
  return task->wait();
}

}  // namespace fogbank::storage
