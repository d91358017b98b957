// Ordered key-value transactions, group commit, blobs and the outbox.
//
// One writer thread runs write tasks in batches: whatever queued during the last commit becomes
// the next batch (at most kBatchTasksMax tasks or kBatchBytesMax bytes), one durable commit ends
// it, then all its tasks are told. Readers run in parallel on their own threads and see the last
// commit. Nothing above this door may assume which engine is underneath.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/fd.h"
#include "core/log.h"
#include "core/metrics.h"
#include "core/random.h"
#include "core/result.h"

namespace fogbank::storage {

inline constexpr std::size_t kKeyBytesMax = 4096;
inline constexpr std::size_t kValueBytesMax = 64U << 20;
inline constexpr std::size_t kBatchTasksMax = 64;
inline constexpr std::size_t kBatchBytesMax = 1U << 20;

enum class Durability : uint8_t {
  kStrict,   // acknowledged means fdatasync'ed: survives power loss
  kRelaxed,  // acknowledged survives kill -9, not power loss; synced every 500 ms
};

// Name of a blob: 32 lower-case hex digits. Made by BlobWriter only.
struct BlobId {
  std::string text;
  friend bool operator==(const BlobId&, const BlobId&) = default;
};

// What one service asks of another, kept in the transaction that caused it and delivered after
// the commit: at least once, in order per `queue`.
struct Effect {
  std::string_view queue;    // for example "sqs": who delivers it
  std::string_view payload;  // opaque here
};

class KeySpace;  // behind this door
class Transaction;

// Position in key order, memcmp of the bytes, a prefix before what it begins. Bound to its
// transaction and destroyed before it; any put or erase through that transaction invalidates
// key() and value() but not the position. A new cursor stands before the first key. A call that
// returns false leaves it behind the last key (seek, next) or before the first one (seek_before,
// previous); the other direction leads back.
class Cursor final {
 public:
  explicit Cursor(Transaction& txn);
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) noexcept;
  ~Cursor();

  bool seek(std::string_view key);         // first key >= `key`
  bool seek_before(std::string_view key);  // last key < `key`
  bool next();
  bool previous();
  [[nodiscard]] std::string_view key() const;    // only after a call that returned true
  [[nodiscard]] std::string_view value() const;  // likewise

 private:
  class State;
  std::unique_ptr<State> state_;
};

// A consistent view, and in a write task the means to change it. Views returned by get() and
// cursors live until the next put or erase of the same transaction, at most until it ends; copy
// what you keep. An engine failure sticks to the transaction: reads answer "nothing", writes are
// dropped, and the caller of Store::write / Store::read is told; handlers need not check.
class Transaction {
 public:
  virtual ~Transaction() = default;
  [[nodiscard]] virtual std::optional<std::string_view> get(std::string_view key) = 0;
  virtual void put(std::string_view key, std::string_view value) = 0;  // inserts or replaces
  virtual bool erase(std::string_view key) = 0;                        // false: was not there

  // The record that names a blob and adopt_blob() belong in one transaction. A blob that no
  // committed transaction has adopted is removed at the next open(). Each record that names the
  // blob adopts it; the release_blob() that takes back the last adoption removes the file after
  // the commit, descriptors that are open keep reading it. Releasing a blob that was never adopted
  // removes it as well.
  virtual void adopt_blob(const BlobId& blob) = 0;
  virtual void release_blob(const BlobId& blob) = 0;

  virtual void emit(const Effect& effect) = 0;
  [[nodiscard]] virtual bool is_writable() const = 0;
  // The failure that stuck, or null: how the caller of Store::read is told.
  [[nodiscard]] virtual const core::Error* failure() const = 0;

 private:
  friend class Cursor;
  [[nodiscard]] virtual KeySpace& key_space() = 0;
};

enum class Verdict : uint8_t {
  kCommit,    // keep this task's changes
  kRollBack,  // undo exactly this task's changes; the rest of the batch stays
};

// One write. Both functions run on the writer thread, so they never wait and never take long.
class WriteTask {
 public:
  virtual ~WriteTask() = default;
  virtual Verdict run(Transaction& txn) = 0;
  // The batch is durable (or has failed: then nothing of it is kept, and run() may have been
  // called twice). Called after kRollBack too, since the verdict may rest on what the batch wrote.
  virtual void committed(const core::Result<void>& outcome) = 0;
};

// A blob being written: a temporary file until finish(). Destroyed unfinished, it leaves nothing.
// Destroyed before the store.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual core::Result<void> write(std::span<const std::byte> piece) = 0;
  // Makes the content durable (as the store's durability says) and gives it its name. May take
  // as long as the disk: call it through Store::finish_blob from an event loop.
  virtual core::Result<BlobId> finish() = 0;
  [[nodiscard]] virtual uint64_t written_bytes() const = 0;
};

class BlobFinished {
 public:
  virtual ~BlobFinished() = default;
  virtual void blob_finished(core::Result<BlobId> blob) = 0;
};

// Delivers effects of one queue name. Called on the outbox's thread, one effect at a time, in
// order; false: try again later (with growing delay, at most 30 s).
class EffectSink {
 public:
  virtual ~EffectSink() = default;
  virtual bool deliver(std::string_view payload) = 0;
};

struct StoreOptions {
  std::string directory;  // made with mode 0700 if missing
  Durability durability = Durability::kStrict;
  uint64_t map_bytes = 64ULL << 30;  // address space, not disk
};

class Store {
 public:
  // Takes an exclusive lock on the directory; refuses a layout version it does not know. The
  // store's threads inherit the caller's signal mask. All arguments but `options` outlive it.
  static core::Result<std::unique_ptr<Store>> open(const StoreOptions& options, core::Log& log,
                                                   core::Metrics& metrics,
                                                   core::RandomSource& random);
  virtual ~Store() = default;  // finishes what is queued

  // Thread-safe. Tasks of one thread run in the order in which they were queued. The queue has no
  // bound of its own: whoever accepts requests bounds how many wait for their commit.
  virtual void write(std::shared_ptr<WriteTask> task) = 0;

  // A snapshot for the calling thread, valid until destroyed; hold it briefly. At most one per
  // thread at a time.
  virtual std::unique_ptr<Transaction> read() = 0;

  virtual core::Result<std::unique_ptr<BlobWriter>> create_blob() = 0;
  // Runs writer->finish() on a thread for slow disk work, then tells `done` on that thread.
  virtual void finish_blob(std::unique_ptr<BlobWriter> writer,
                           std::shared_ptr<BlobFinished> done) = 0;
  virtual core::Result<core::UniqueFd> open_blob(const BlobId& blob) = 0;

  // Before the first write. The sink outlives the store.
  virtual void set_effect_sink(std::string_view queue, EffectSink& sink) = 0;
};

// Runs `body` as one write task and waits for its commit; for start-up code, tools and tests.
core::Result<void> write_and_wait(Store& store, const std::function<Verdict(Transaction&)>& body);

}  // namespace fogbank::storage
