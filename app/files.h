// Whole files and folders, for the commands that set a host up.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace fogbank::app {

inline constexpr std::size_t kFileBytesMax = 16U << 20;  // of any file that is read whole

// Nothing when the file is not there.
core::Result<std::optional<std::string>> read_file(const std::string& path);
// By a temporary file beside it and rename(2); where the path is a mount point, in place.
core::Result<void> write_file(const std::string& path, std::string_view content, mode_t mode);
core::Result<void> make_directory(const std::string& path, mode_t mode);  // and its parents
core::Result<void> remove_tree(const std::string& path);                  // absent is fine

// Runs a program found in PATH and waits; its output goes where ours goes. Not through a shell.
core::Result<int> run_program(const std::vector<std::string>& words);

}  // namespace fogbank::app
