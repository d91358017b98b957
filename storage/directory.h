// The store's folder: made, checked, locked.
#pragma once

#include <string>

#include "core/fd.h"
#include "core/result.h"

namespace fogbank::storage {

// Opens the folder `name` in the folder `parent`, made with mode 0700 if missing.
core::Result<core::UniqueFd> open_folder(int parent, const std::string& name);

// Makes it durable that `directory` is in its parent and that what was made in it is there.
core::Result<void> sync_names(int directory);

// Locks the store in `directory` against other processes and other stores of this one, for as
// long as the result is open. `path` is for the message.
core::Result<core::UniqueFd> lock_directory(int directory, const std::string& path);

}  // namespace fogbank::storage
