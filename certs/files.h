// Whole files, read with a bound and written so that a crash leaves the old or the new one. For
// this room only.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
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

// Writes temporary_name(path), syncs, renames, syncs the directory. The file has exactly this mode.
core::Result<void> write_file(const std::string& path, std::string_view bytes, mode_t mode);
// What a crash of write_file() or edit_file() may leave behind; the next one removes it.
std::string temporary_name(const std::string& path);

// New content for a file, nothing to leave it as it is, or why it cannot be edited.
using Edit = std::function<core::Result<std::optional<std::string>>(std::string_view content)>;
// Replaces a regular file, in place of which no link may stand, by its edited copy, which keeps
// owner, group, mode and security labels. It may lie in a directory of a user who is not trusted:
// reading and replacing happen in one opened directory, so that moving it meanwhile cannot carry
// content from one place to another.
core::Result<void> edit_file(const std::string& path, std::size_t bytes_max, const Edit& edit);

// Makes the directory and its parents (mode 0755) where they are missing.
core::Result<void> make_directories(const std::string& path);

[[nodiscard]] bool exists(const std::string& path);
[[nodiscard]] std::string directory_of(const std::string& path);

}  // namespace fogbank::certs
