#include "storage/periodic_sync.h"

#include <chrono>
#include <utility>

namespace fogbank::storage {
namespace {

constexpr std::chrono::milliseconds kSyncInterval{500};

}  // namespace

PeriodicSync::PeriodicSync(MDB_env* environment, core::Log& log)
    : environment_(environment), log_(log), thread_([this] { run(); }) {}

PeriodicSync::~PeriodicSync() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void PeriodicSync::note_commit() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(is_dirty_, true)) return;
  }
  changed_.notify_one();
}

void PeriodicSync::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_dirty_ || is_stopping_; });
    if (!is_dirty_) return;
    changed_.wait_for(lock, kSyncInterval, [this] { return is_stopping_; });
    is_dirty_ = false;
    lock.unlock();
    sync();
    lock.lock();
  }
}

void PeriodicSync::sync() {
  const int code = mdb_env_sync(environment_, 1);
  const bool was_failing = std::exchange(is_failing_, code != MDB_SUCCESS);
  if (code == MDB_SUCCESS || was_failing) return;
  log_.error("storage_sync_failed", {{"error", lmdb_error("cannot sync", code).message}});
}

}  // namespace fogbank::storage
