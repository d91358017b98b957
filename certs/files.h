// Whole files, read with a bound and written so that a crash leaves the old or the new one. For
// this room only.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace fogbank::certs {

// Error with system_error ENOENT if there is none; also if it is no regular file or larger.
struct FileContent {
  std::string bytes;
  mode_t mode = 0;
};
core::Result<FileContent> read_file(const std::string& path, std::size_t bytes_max);

// A missing file is no error and gives nothing.
core::Result<std::optional<std::string>> read_file_if_any(const std::string& path,
                                                          std::size_t bytes_max);

// Writes a temporary file beside it, syncs, renames, syncs the directory. The new file has exactly
// this mode; a rewritten one keeps owner, group, mode and security labels.
core::Result<void> write_file(const std::string& path, std::string_view bytes, mode_t mode);
core::Result<void> rewrite_file(const std::string& path, std::string_view bytes);

// Makes the directory and its parents (mode 0755) where they are missing.
core::Result<void> make_directories(const std::string& path);

[[nodiscard]] bool exists(const std::string& path);
[[nodiscard]] std::string directory_of(const std::string& path);

}  // namespace fogbank::certs
