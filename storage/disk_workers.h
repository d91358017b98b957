// Threads for file work that may take as long as the disk: syncing, moving, unlinking blobs.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace fogbank::storage {

class DiskJob {
 public:
  virtual ~DiskJob() = default;
  virtual void run() = 0;
};

class DiskWorkers final {
 public:
  explicit DiskWorkers(std::size_t thread_count);
  DiskWorkers(const DiskWorkers&) = delete;
  DiskWorkers& operator=(const DiskWorkers&) = delete;
  ~DiskWorkers() { stop(); }

  void post(std::unique_ptr<DiskJob> job);
  void stop();  // does what is posted, then ends the threads

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable has_work_;
  std::deque<std::unique_ptr<DiskJob>> jobs_;
  bool is_stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace fogbank::storage
