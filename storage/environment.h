// The engine's environment and its one database, opened and checked.
#pragma once

#include "core/result.h"
#include "storage/lmdb.h"
#include "storage/storage.h"

namespace fogbank::storage {

struct Engine {
  LmdbEnvironment environment;
  MDB_dbi database = 0;
};

// The directory exists and is locked by the caller. Writes the layout version into an empty
// store, refuses one with another version.
core::Result<Engine> open_engine(const StoreOptions& options);

}  // namespace fogbank::storage
