// The two kinds of Transaction behind the door.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/guarded.h"
#include "storage/blob_register.h"
#include "storage/key_space.h"
#include "storage/lmdb.h"
#include "storage/outbox_queue.h"
#include "storage/records.h"
#include "storage/storage.h"

namespace fogbank::storage {

// Bound to one batch after the other by the writer.
class WriteTransaction final : public Transaction {
 public:
  std::optional<std::string_view> get(std::string_view key) override { return keys_.get(key); }
  void put(std::string_view key, std::string_view value) override { keys_.put(key, value); }
  bool erase(std::string_view key) override { return keys_.erase(key); }
  void adopt_blob(const BlobId& blob) override { blobs_.adopt(blob); }
  void release_blob(const BlobId& blob) override { blobs_.release(blob); }
  void emit(const Effect& effect) override { outbox_.append(effect); }
  [[nodiscard]] bool is_writable() const override { return true; }
  [[nodiscard]] const core::Error* failure() const override { return records_.failure(); }

  [[nodiscard]] Records& records() { return records_; }
  [[nodiscard]] BlobRegister& blobs() { return blobs_; }
  [[nodiscard]] OutboxQueue& outbox() { return outbox_; }

 private:
  [[nodiscard]] KeySpace& key_space() override { return keys_; }

  Records records_;
  KeySpace keys_{records_};
  BlobRegister blobs_{records_};
  OutboxQueue outbox_{records_};
};

// The writer runs every task with its own WriteTransaction; tasks of this room use more of it.
inline WriteTransaction& as_write_transaction(Transaction& txn) {
  return static_cast<WriteTransaction&>(txn);
}

class ReadTransaction;

// Read transactions of the engine, reset while idle and renewed for each use: renewing takes
// a tenth of the time of beginning, and an idle one holds no page back from reuse.
class ReaderPool final {
 public:
  // The environment outlives the pool, the pool outlives what it hands out.
  ReaderPool(MDB_env* environment, MDB_dbi database)
      : environment_(environment), database_(database) {}

  [[nodiscard]] std::unique_ptr<ReadTransaction> take();

  struct Reader {
    LmdbTransaction transaction;
    Records records;
    KeySpace keys{records};
  };
  void give_back(std::unique_ptr<Reader> reader);

 private:
  MDB_env* environment_;
  MDB_dbi database_;
  core::Guarded<std::vector<std::unique_ptr<Reader>>> idle_;
};

class ReadTransaction final : public Transaction {
 public:
  ReadTransaction(ReaderPool& pool, std::unique_ptr<ReaderPool::Reader> reader)
      : pool_(pool), reader_(std::move(reader)) {}
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction() override { pool_.give_back(std::move(reader_)); }

  std::optional<std::string_view> get(std::string_view key) override {
    return reader_->keys.get(key);
  }
  // Changing through a view that is read-only is a bug of the caller.
  void put(std::string_view key, std::string_view value) override;
  bool erase(std::string_view key) override;
  void adopt_blob(const BlobId& blob) override;
  void release_blob(const BlobId& blob) override;
  void emit(const Effect& effect) override;
  [[nodiscard]] bool is_writable() const override { return false; }
  [[nodiscard]] const core::Error* failure() const override { return reader_->records.failure(); }

  [[nodiscard]] Records& records() { return reader_->records; }

 private:
  [[nodiscard]] KeySpace& key_space() override { return reader_->keys; }

  ReaderPool& pool_;
  std::unique_ptr<ReaderPool::Reader> reader_;
};

}  // namespace fogbank::storage
