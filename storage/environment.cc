#include "storage/environment.h"

#include <cerrno>
#include <string>

#include "storage/layout.h"
#include "storage/records.h"

namespace fogbank::storage {
namespace {

// One per thread that reads; far more than fogbank has threads.
constexpr unsigned kReadersMax = 1024;

core::Error open_error(const std::string& directory, int code) {
  core::Error error = lmdb_error("cannot open " + directory + "/data.mdb", code);
  if (code == MDB_INVALID || code == MDB_VERSION_MISMATCH) {
    error.message += "; it is not fogbank's or is damaged: restore the last snapshot";
  }
  if (code == ENOMEM) error.message += "; lower storage.map_bytes or raise the address space limit";
  return error;
}

core::Result<void> check_layout(Records& records, const std::string& directory) {
  const RecordKey key(Space::kMeta, kLayoutVersionName);
  const auto found = records.get(key.view());
  if (!found) {
    records.put(key.view(), as_view(encode_number(kLayoutVersion)));
  } else if (const auto version = decode_number(*found); version != kLayoutVersion) {
    return core::Error{"storage: " + directory + " has layout " +
                       (version ? std::to_string(*version) : std::string("unknown")) +
                       ", this fogbank reads layout " + std::to_string(kLayoutVersion) +
                       "; start the fogbank version that wrote it or choose another directory"};
  }
  if (records.has_failed()) return *records.failure();
  return {};
}

core::Result<void> open_database(Engine& engine, const std::string& directory) {
  MDB_txn* begun = nullptr;
  int code = mdb_txn_begin(engine.environment.get(), nullptr, 0, &begun);
  if (code != MDB_SUCCESS) return open_error(directory, code);
  LmdbTransaction transaction(begun);
  code = mdb_dbi_open(begun, nullptr, 0, &engine.database);
  if (code != MDB_SUCCESS) return open_error(directory, code);
  Records records;
  records.bind(begun, engine.database, Access::kWrite);
  auto checked = check_layout(records, directory);
  records.unbind();
  if (!checked) return checked;
  code = mdb_txn_commit(transaction.release());
  if (code != MDB_SUCCESS) return open_error(directory, code);
  return {};
}

}  // namespace

core::Result<Engine> open_engine(const StoreOptions& options) {
  Engine engine;
  MDB_env* environment = nullptr;
  int code = mdb_env_create(&environment);
  if (code != MDB_SUCCESS) return open_error(options.directory, code);
  engine.environment.reset(environment);
  code = mdb_env_set_mapsize(environment, options.map_bytes);
  if (code == MDB_SUCCESS) code = mdb_env_set_maxreaders(environment, kReadersMax);
  unsigned flags = MDB_NOTLS;
  if (options.durability == Durability::kRelaxed) flags |= MDB_NOSYNC;
  if (code == MDB_SUCCESS) code = mdb_env_open(environment, options.directory.c_str(), flags, 0600);
  // Readers of a process that died would hold back the reuse of pages.
  int stale = 0;
  if (code == MDB_SUCCESS) code = mdb_reader_check(environment, &stale);
  if (code != MDB_SUCCESS) return open_error(options.directory, code);
  auto opened = open_database(engine, options.directory);
  if (!opened) return opened.error();
  return engine;
}

}  // namespace fogbank::storage
