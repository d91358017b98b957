#include "storage/records.h"

#include "core/check.h"

namespace fogbank::storage {
namespace {

constexpr std::size_t kKeptCopyBytesMax = 1U << 20;

}  // namespace

void Records::bind(MDB_txn* transaction, MDB_dbi database, Access access) {
  core::check(transaction_ == nullptr, "records work on one transaction at a time");
  transaction_ = transaction;
  database_ = database;
  changed_bytes_ = 0;
  undo_.clear();
  failure_.reset();
  if (access == Access::kRead) return;
  MDB_cursor* cursor = nullptr;
  if (succeeded(mdb_cursor_open(transaction_, database_, &cursor), "cannot open a cursor")) {
    place_.reset(cursor);
  }
}

void Records::unbind() {
  core::check(open_cursors_ == 0, "a cursor ends before its transaction");
  place_.reset();
  transaction_ = nullptr;
  if (value_copy_.capacity() > kKeptCopyBytesMax) value_copy_ = {};
}

std::optional<std::string_view> Records::get(std::string_view key) {
  if (failure_) return std::nullopt;
  MDB_val key_value = to_lmdb(key);
  MDB_val value;
  const int code = mdb_get(transaction_, database_, &key_value, &value);
  if (code == MDB_NOTFOUND || !succeeded(code, "cannot read")) return std::nullopt;
  return to_view(value);
}

void Records::put(std::string_view key, std::string_view value) {
  if (failure_) return;
  // `value` may be a view of a page which the engine is about to rearrange.
  value_copy_.assign(value);
  MDB_val key_value = to_lmdb(key);
  MDB_val new_value = to_lmdb(value_copy_);
  int code = mdb_cursor_put(place_.get(), &key_value, &new_value, MDB_NOOVERWRITE);
  if (code == MDB_KEYEXIST) {
    undo_.add(key, to_view(new_value));  // the engine handed out the present value
    new_value = to_lmdb(value_copy_);
    code = mdb_cursor_put(place_.get(), &key_value, &new_value, MDB_CURRENT);
  } else if (code == MDB_SUCCESS) {
    undo_.add(key, std::nullopt);
  }
  if (succeeded(code, "cannot write")) note_change(key.size() + value.size());
}

bool Records::erase(std::string_view key) {
  if (failure_) return false;
  MDB_val key_value = to_lmdb(key);
  MDB_val value;
  int code = mdb_cursor_get(place_.get(), &key_value, &value, MDB_SET_KEY);
  if (code == MDB_NOTFOUND || !succeeded(code, "cannot read")) return false;
  undo_.add(key, to_view(value));
  const std::size_t bytes = key.size() + value.mv_size;
  code = mdb_cursor_del(place_.get(), 0);
  if (!succeeded(code, "cannot erase")) return false;
  note_change(bytes);
  return true;
}

LmdbCursor Records::open_cursor() {
  if (failure_) return nullptr;
  MDB_cursor* cursor = nullptr;
  const int code = mdb_cursor_open(transaction_, database_, &cursor);
  if (!succeeded(code, "cannot open a cursor")) return nullptr;
  ++open_cursors_;
  return LmdbCursor(cursor);
}

void Records::close_cursor(LmdbCursor cursor) {
  if (cursor) --open_cursors_;
}

std::optional<Records::Record> Records::move(MDB_cursor& cursor, MDB_cursor_op operation,
                                             std::string_view key) {
  if (failure_) return std::nullopt;
  MDB_val key_value = to_lmdb(key);
  MDB_val value;
  const int code = mdb_cursor_get(&cursor, &key_value, &value, operation);
  if (code == MDB_NOTFOUND || !succeeded(code, "cannot read")) return std::nullopt;
  return Record{to_view(key_value), to_view(value)};
}

void Records::undo_task() {
  for (std::size_t i = undo_.size(); i > 0 && !failure_; --i) {
    const UndoLog::Change change = undo_.at(i - 1);
    MDB_val key = to_lmdb(change.key);
    if (change.before) {
      MDB_val value = to_lmdb(*change.before);
      (void)succeeded(mdb_cursor_put(place_.get(), &key, &value, 0), "cannot undo a write");
    } else {
      (void)succeeded(mdb_del(transaction_, database_, &key, nullptr), "cannot undo a write");
    }
  }
  undo_.clear();
  ++change_count_;
}

void Records::fail(core::Error failure) {
  if (!failure_) failure_ = std::move(failure);
}

void Records::note_change(std::size_t bytes) {
  ++change_count_;
  changed_bytes_ += bytes;
}

bool Records::succeeded(int code, std::string_view what) {
  if (code == MDB_SUCCESS) return true;
  fail(lmdb_error(what, code));
  return false;
}

}  // namespace fogbank::storage
