#include "storage/writer.h"

#include <chrono>
#include <utility>

namespace fogbank::storage {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Writer::Writer(MDB_env* environment, MDB_dbi database, core::Log& log, core::Metrics& metrics,
               CommitListener& listener)
    : environment_(environment),
      database_(database),
      log_(log),
      listener_(listener),
      commits_(metrics.counter("fogbank_storage_commits_total", "outcome=\"ok\"")),
      failed_commits_(metrics.counter("fogbank_storage_commits_total", "outcome=\"failed\"")),
      commit_microseconds_(metrics.counter("fogbank_storage_commit_microseconds_total")),
      committed_tasks_(metrics.counter("fogbank_storage_tasks_total", "outcome=\"committed\"")),
      rolled_back_tasks_(
          metrics.counter("fogbank_storage_tasks_total", "outcome=\"rolled_back\"")),
      failed_tasks_(metrics.counter("fogbank_storage_tasks_total", "outcome=\"failed\"")),
      used_bytes_(metrics.gauge("fogbank_storage_map_used_bytes")),
      thread_([this] { run(); }) {}

void Writer::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  has_work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Writer::queue(std::shared_ptr<WriteTask> task) {
  bool must_wake = false;
  {
    const std::lock_guard lock(mutex_);
    queued_.push_back(std::move(task));
    must_wake = std::exchange(is_waiting_, false);
  }
  if (must_wake) has_work_.notify_one();
}

void Writer::run() {
  while (take_batch()) run_batch();
}

// Fills the batch with what is queued; waits if there is nothing at all. False: stop.
bool Writer::take_batch() {
  std::unique_lock lock(mutex_);
  while (batch_.empty() && queued_.empty()) {
    if (is_stopping_) return false;
    is_waiting_ = true;
    has_work_.wait(lock);
  }
  is_waiting_ = false;
  while (batch_.size() < kBatchTasksMax && !queued_.empty()) {
    batch_.push_back(std::move(queued_.front()));
    queued_.pop_front();
  }
  return true;
}

// Runs the batch, or as much of it as kBatchBytesMax allows, in one transaction. If that fails,
// each of its tasks runs again in a transaction of its own, so that none suffers from another.
void Writer::run_batch() {
  std::size_t ran = 0;
  auto outcome = run_tasks(batch_.size(), ran);
  if (outcome || ran <= 1) {
    tell(ran, outcome);
    return;
  }
  log_.warn("storage_batch_failed", {{"error", outcome.error().message}, {"tasks", ran}});
  for (std::size_t left = ran; left > 0; --left) {
    std::size_t one = 0;
    outcome = run_tasks(1, one);
    tell(one, outcome);
  }
}

// Runs the first tasks of the batch and commits. `ran` tells how many, at least one.
core::Result<void> Writer::run_tasks(std::size_t count_max, std::size_t& ran) {
  ran = 0;
  rolled_back_ = 0;
  auto begun = begin();
  if (!begun) {
    ran = 1;
    return begun;
  }
  Records& records = transaction_.records();
  bool has_changes = false;
  while (ran < count_max && records.changed_bytes() < kBatchBytesMax && !records.has_failed()) {
    records.begin_task();
    const Verdict verdict = batch_[ran++]->run(transaction_);
    if (verdict == Verdict::kRollBack) {
      ++rolled_back_;
      records.undo_task();
    } else if (records.has_task_changes()) {
      has_changes = true;
    }
  }
  return commit(has_changes);
}

core::Result<void> Writer::begin() {
  MDB_txn* engine_transaction = nullptr;
  const int code = mdb_txn_begin(environment_, nullptr, 0, &engine_transaction);
  if (code != MDB_SUCCESS) return lmdb_error("cannot begin to write", code);
  engine_transaction_.reset(engine_transaction);
  transaction_.records().bind(engine_transaction, database_, Access::kWrite);
  transaction_.blobs().begin_batch();
  transaction_.outbox().begin_batch();
  return {};
}

core::Result<void> Writer::commit(bool has_changes) {
  Records& records = transaction_.records();
  blob_moves_ = has_changes ? transaction_.blobs().take_moves() : BlobMoves{};
  has_effects_ = has_changes && transaction_.outbox().appended() > 0;
  records.unbind();
  const core::Error* failure = records.failure();
  if (failure != nullptr || !has_changes) {
    engine_transaction_.reset();
    if (failure != nullptr) return *failure;
    return {};
  }
  const auto begin = Clock::now();
  const int code = mdb_txn_commit(engine_transaction_.release());
  if (code != MDB_SUCCESS) return lmdb_error("cannot commit", code);
  const auto took = Clock::now() - begin;
  note_commit(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  listener_.after_commit();
  return {};
}

// Tells the first `count` tasks of the batch and drops them.
void Writer::tell(std::size_t count, const core::Result<void>& outcome) {
  note_outcome(outcome);
  if (outcome) {
    committed_tasks_.add(count - rolled_back_);
    rolled_back_tasks_.add(rolled_back_);
  } else {
    failed_tasks_.add(count);
  }
  for (; count > 0; --count) {
    batch_.front()->committed(outcome);
    batch_.pop_front();
  }
  if (!outcome) return;
  if (has_effects_) listener_.effects_waiting();
  if (!blob_moves_.empty()) listener_.blobs_to_move(std::exchange(blob_moves_, {}));
}

void Writer::note_outcome(const core::Result<void>& outcome) {
  if (!outcome) {
    failed_commits_.add();
    if (!is_failing_) log_.error("storage_write_failed", {{"error", outcome.error().message}});
  } else if (is_failing_) {
    log_.info("storage_write_recovered", {});
  }
  is_failing_ = !outcome;
}

void Writer::note_commit(int64_t microseconds) {
  commits_.add();
  commit_microseconds_.add(static_cast<uint64_t>(microseconds));
  MDB_envinfo state;
  MDB_stat pages;
  mdb_env_info(environment_, &state);
  mdb_env_stat(environment_, &pages);
  used_bytes_.set(static_cast<int64_t>((state.me_last_pgno + 1) * pages.ms_psize));
}

}  // namespace fogbank::storage
