// The records of one engine transaction: get, put, erase and cursors over whole record keys, with
// the failure that sticks and the log that undoes one task.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "storage/lmdb.h"
#include "storage/undo_log.h"

namespace fogbank::storage {

enum class Access : uint8_t { kRead, kWrite };

class Records final {
 public:
  Records() = default;
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;

  // Works on `transaction` from here to unbind(), which must come before it ends. Forgets an
  // earlier failure.
  void bind(MDB_txn* transaction, MDB_dbi database, Access access);
  void unbind();

  // Views live until the next put, erase, undo or unbind.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view key);
  void put(std::string_view key, std::string_view value);
  bool erase(std::string_view key);

  // Null after a failure. Give it back before unbind().
  [[nodiscard]] LmdbCursor open_cursor();
  void close_cursor(LmdbCursor cursor);
  struct Record {
    std::string_view key, value;
  };
  // Moves as the engine's operation says; nothing at either end. `key` is where to for MDB_SET_*.
  [[nodiscard]] std::optional<Record> move(MDB_cursor& cursor, MDB_cursor_op operation,
                                           std::string_view key = {});

  // Grows with each change: a cursor that remembers a smaller number looks its place up again.
  [[nodiscard]] uint64_t change_count() const { return change_count_; }
  [[nodiscard]] std::size_t changed_bytes() const { return changed_bytes_; }

  void begin_task() { undo_.clear(); }
  [[nodiscard]] bool has_task_changes() const { return undo_.size() != 0; }
  void undo_task();

  void fail(core::Error failure);
  [[nodiscard]] bool has_failed() const { return failure_.has_value(); }
  [[nodiscard]] const core::Error* failure() const { return failure_ ? &*failure_ : nullptr; }

 private:
  void note_change(std::size_t bytes);
  [[nodiscard]] bool succeeded(int code, std::string_view what);

  MDB_txn* transaction_ = nullptr;
  MDB_dbi database_ = 0;
  LmdbCursor place_;  // of put and erase
  std::size_t open_cursors_ = 0;
  uint64_t change_count_ = 0;
  std::size_t changed_bytes_ = 0;
  std::string value_copy_;
  UndoLog undo_;
  std::optional<core::Error> failure_;
};

}  // namespace fogbank::storage
