// Durability::kRelaxed: commits go to the page cache, and this thread syncs them soon after. It
// sleeps while nothing is committed.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/log.h"
#include "storage/lmdb.h"

namespace fogbank::storage {

class PeriodicSync final {
 public:
  // Both outlive this.
  PeriodicSync(MDB_env* environment, core::Log& log);
  PeriodicSync(const PeriodicSync&) = delete;
  PeriodicSync& operator=(const PeriodicSync&) = delete;
  ~PeriodicSync();  // syncs a last time

  void note_commit();

 private:
  void run();
  void sync();

  MDB_env* environment_;
  core::Log& log_;
  bool is_failing_ = false;  // of the thread

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_dirty_ = false;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace fogbank::storage
