// Owners of LMDB handles. The only header that includes <lmdb.h>.
#pragma once

#include <lmdb.h>

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace fogbank::storage {

struct CloseEnvironment {
  void operator()(MDB_env* environment) const noexcept { mdb_env_close(environment); }
};
struct AbortTransaction {
  void operator()(MDB_txn* transaction) const noexcept { mdb_txn_abort(transaction); }
};
struct CloseCursor {
  void operator()(MDB_cursor* cursor) const noexcept { mdb_cursor_close(cursor); }
};
using LmdbEnvironment = std::unique_ptr<MDB_env, CloseEnvironment>;
using LmdbTransaction = std::unique_ptr<MDB_txn, AbortTransaction>;
using LmdbCursor = std::unique_ptr<MDB_cursor, CloseCursor>;

inline MDB_val to_lmdb(std::string_view bytes) {
  // LMDB declares its inputs without const, and does not write through them.
  return {bytes.size(), const_cast<char*>(bytes.data())};
}
inline std::string_view to_view(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

// `code` is an errno or one of LMDB's own numbers, which are negative.
inline core::Error lmdb_error(std::string_view what, int code) {
  std::string message = "storage: ";
  message.append(what).append(": ").append(mdb_strerror(code));
  if (code == MDB_MAP_FULL) message.append("; raise storage.map_bytes in the configuration");
  if (code == MDB_PANIC) message.append("; restart fogbank");
  return {std::move(message), code > 0 ? code : 0};
}

}  // namespace fogbank::storage
