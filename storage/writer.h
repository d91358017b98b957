// The writer thread: batches of tasks, one commit each.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/log.h"
#include "core/metrics.h"
#include "storage/blob_register.h"
#include "storage/lmdb.h"
#include "storage/storage.h"
#include "storage/transactions.h"

namespace fogbank::storage {

// Told on the writer thread after each commit, after the tasks.
class CommitListener {
 public:
  virtual ~CommitListener() = default;
  virtual void after_commit() = 0;
  virtual void effects_waiting() = 0;
  virtual void blobs_to_move(BlobMoves moves) = 0;
};

class Writer final {
 public:
  // All arguments outlive the writer.
  Writer(MDB_env* environment, MDB_dbi database, core::Log& log, core::Metrics& metrics,
         CommitListener& listener);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { stop(); }

  void stop();  // runs what is queued, and what that queues, then ends the thread
  void queue(std::shared_ptr<WriteTask> task);

 private:
  using Tasks = std::deque<std::shared_ptr<WriteTask>>;
  enum class BatchEnd : uint8_t { kCommitted, kFailed };

  void run();
  [[nodiscard]] bool take_batch();
  void run_batch();
  [[nodiscard]] core::Result<void> run_tasks(std::size_t count_max, std::size_t& ran);
  [[nodiscard]] core::Result<void> begin();
  [[nodiscard]] core::Result<void> commit(bool has_changes);
  void tell(std::size_t count, const core::Result<void>& outcome);
  void note_outcome(const core::Result<void>& outcome);
  void note_commit(int64_t microseconds);

  MDB_env* environment_;
  MDB_dbi database_;
  core::Log& log_;
  CommitListener& listener_;
  core::Counter& commits_;
  core::Counter& failed_commits_;
  core::Counter& commit_microseconds_;
  core::Counter& committed_tasks_;
  core::Counter& rolled_back_tasks_;
  core::Counter& failed_tasks_;
  core::Gauge& used_bytes_;

  // Of the writer thread.
  WriteTransaction transaction_;
  LmdbTransaction engine_transaction_;
  Tasks batch_;  // taken, not told yet; at most kBatchTasksMax
  std::size_t rolled_back_ = 0;
  BlobMoves blob_moves_;
  bool has_effects_ = false;
  bool is_failing_ = false;

  std::mutex mutex_;  // of what follows
  std::condition_variable has_work_;
  Tasks queued_;
  bool is_waiting_ = false;
  bool is_stopping_ = false;

  std::thread thread_;  // last: starts when all else is made
};

}  // namespace fogbank::storage
