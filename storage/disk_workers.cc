#include "storage/disk_workers.h"

#include <utility>

namespace fogbank::storage {

DiskWorkers::DiskWorkers(std::size_t thread_count) {
  for (std::size_t i = 0; i < thread_count; ++i) threads_.emplace_back([this] { run(); });
}

void DiskWorkers::post(std::unique_ptr<DiskJob> job) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_stopping_) {
      jobs_.push_back(std::move(job));
      has_work_.notify_one();
      return;
    }
  }
  job->run();  // the last commits of a store that closes
}

void DiskWorkers::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  has_work_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void DiskWorkers::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    has_work_.wait(lock, [this] { return is_stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const std::unique_ptr<DiskJob> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job->run();
    lock.lock();
  }
}

}  // namespace fogbank::storage
