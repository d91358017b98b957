// The store: what open() puts together, and the order in which it comes apart.
#include <fcntl.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "storage/blob_files.h"
#include "storage/directory.h"
#include "storage/disk_workers.h"
#include "storage/environment.h"
#include "storage/outbox.h"
#include "storage/periodic_sync.h"
#include "storage/storage.h"
#include "storage/transactions.h"
#include "storage/waiting_task.h"
#include "storage/writer.h"

namespace fogbank::storage {
namespace {

constexpr std::size_t kDiskThreads = 2;

// The record that a released blob's file may still be there is of no more use.
class ForgetGone final : public WriteTask {
 public:
  explicit ForgetGone(std::vector<std::string> ids) : ids_(std::move(ids)) {}
  Verdict run(Transaction& txn) override {
    for (const auto& id : ids_) as_write_transaction(txn).blobs().forget_gone(id);
    return Verdict::kCommit;
  }
  void committed(const core::Result<void>&) override {}  // a failure is repaired by the next open

 private:
  std::vector<std::string> ids_;
};

class MoveBlobs final : public DiskJob {
 public:
  MoveBlobs(BlobFiles& files, Writer& writer, core::Log& log, BlobMoves moves)
      : files_(files), writer_(writer), log_(log), moves_(std::move(moves)) {}

  void run() override {
    for (const auto& id : moves_.keep) note(files_.keep(id));
    std::vector<std::string> removed;
    for (const auto& id : moves_.remove) {
      const auto outcome = files_.remove(id);
      note(outcome);
      if (outcome) removed.push_back(id);
    }
    if (!removed.empty()) writer_.queue(std::make_shared<ForgetGone>(std::move(removed)));
  }

 private:
  // Left as it is: readers look in both places, and the next open() tries again.
  void note(const core::Result<void>& outcome) {
    if (!outcome) log_.warn("storage_blob_move_failed", {{"error", outcome.error().message}});
  }

  BlobFiles& files_;
  Writer& writer_;
  core::Log& log_;
  BlobMoves moves_;
};

class FinishBlob final : public DiskJob {
 public:
  FinishBlob(std::unique_ptr<BlobWriter> writer, std::shared_ptr<BlobFinished> done)
      : writer_(std::move(writer)), done_(std::move(done)) {}
  void run() override {
    auto blob = writer_->finish();
    writer_.reset();
    done_->blob_finished(std::move(blob));
  }

 private:
  std::unique_ptr<BlobWriter> writer_;
  std::shared_ptr<BlobFinished> done_;
};

class LmdbStore final : public Store, private CommitListener {
 public:
  LmdbStore(core::UniqueFd lock, Engine engine, std::unique_ptr<BlobFiles> blobs, core::Log& log,
            core::Metrics& metrics)
      : lock_(std::move(lock)),
        engine_(std::move(engine)),
        blobs_(std::move(blobs)),
        log_(log),
        readers_(engine_.environment.get(), engine_.database),
        workers_(kDiskThreads),
        writer_(engine_.environment.get(), engine_.database, log, metrics, *this),
        outbox_(readers_, writer_, log, metrics) {}
  LmdbStore(const LmdbStore&) = delete;
  LmdbStore& operator=(const LmdbStore&) = delete;
  ~LmdbStore() override {
    // Whoever may still queue a write ends before the writer does, and nothing is destroyed
    // while a thread may call it.
    outbox_.stop();
    workers_.stop();
    writer_.stop();
  }

  void sync_periodically() {
    sync_ = std::make_unique<PeriodicSync>(engine_.environment.get(), log_);
  }
  core::Result<void> repair_blobs();

  void write(std::shared_ptr<WriteTask> task) override { writer_.queue(std::move(task)); }
  std::unique_ptr<Transaction> read() override { return readers_.take(); }

  core::Result<std::unique_ptr<BlobWriter>> create_blob() override { return blobs_->create(); }
  void finish_blob(std::unique_ptr<BlobWriter> writer,
                   std::shared_ptr<BlobFinished> done) override {
    workers_.post(std::make_unique<FinishBlob>(std::move(writer), std::move(done)));
  }
  core::Result<core::UniqueFd> open_blob(const BlobId& blob) override {
    return blobs_->open_blob(blob.text);
  }

  void set_effect_sink(std::string_view queue, EffectSink& sink) override {
    outbox_.set_sink(queue, sink);
  }

 private:
  void after_commit() override {
    if (sync_) sync_->note_commit();
  }
  void effects_waiting() override { outbox_.wake(); }
  void blobs_to_move(BlobMoves moves) override {
    workers_.post(std::make_unique<MoveBlobs>(*blobs_, writer_, log_, std::move(moves)));
  }

  core::UniqueFd lock_;
  Engine engine_;
  std::unique_ptr<BlobFiles> blobs_;
  core::Log& log_;
  std::unique_ptr<PeriodicSync> sync_;
  ReaderPool readers_;
  DiskWorkers workers_;
  Writer writer_;
  Outbox outbox_;
};

// Finishes what a crash cut off: moves adopted blobs to their place, removes those that nobody
// adopted and those that were released.
core::Result<void> LmdbStore::repair_blobs() {
  const auto staged = blobs_->staged();
  if (!staged) return staged.error();
  BlobMoves moves;
  {
    const auto snapshot = readers_.take();
    BlobRegister blob_register(snapshot->records());
    for (const auto& id : *staged) {
      auto& list = blob_register.holds(id) ? moves.keep : moves.remove;
      list.push_back(id);
    }
    const std::size_t staged_removed = moves.remove.size();
    for (auto& id : blob_register.all_gone()) moves.remove.push_back(std::move(id));
    if (snapshot->failure() != nullptr) return *snapshot->failure();
    if (!moves.empty()) {
      log_.info("storage_blobs_repaired", {{"kept", moves.keep.size()},
                                           {"unadopted", staged_removed},
                                           {"released", moves.remove.size() - staged_removed}});
    }
  }
  if (!moves.empty()) MoveBlobs(*blobs_, writer_, log_, std::move(moves)).run();
  return {};
}

}  // namespace

core::Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options, core::Log& log,
                                                 core::Metrics& metrics,
                                                 core::RandomSource& random) {
  auto directory = open_folder(AT_FDCWD, options.directory);
  if (!directory) return directory.error();
  auto lock = lock_directory(directory->get(), options.directory);
  if (!lock) return lock.error();
  auto blobs = BlobFiles::open(directory->get(), options.durability, random);
  if (!blobs) return blobs.error();
  auto engine = open_engine(options);
  if (!engine) return engine.error();
  if (options.durability == Durability::kStrict) {
    auto synced = sync_names(directory->get());
    if (!synced) return synced.error();
  }
  metrics.gauge("fogbank_storage_map_bytes").set(static_cast<int64_t>(options.map_bytes));
  auto store = std::make_unique<LmdbStore>(*std::move(lock), *std::move(engine),
                                           *std::move(blobs), log, metrics);
  if (options.durability == Durability::kRelaxed) store->sync_periodically();
  auto repaired = store->repair_blobs();
  if (!repaired) return repaired.error();
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace fogbank::storage
