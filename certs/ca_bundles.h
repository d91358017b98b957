// Where programs keep CA files of their own. For this room only.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "certs/certs.h"

namespace fogbank::certs {

// A machine with more is scanned up to here.
inline constexpr std::size_t kBundlesMax = 2048;
// Mozilla's list has 0.3 MB.
inline constexpr std::size_t kBundleBytesMax = 8 * 1024 * 1024;

// Real paths, sorted, each once, of existing regular files.
std::vector<std::string> system_bundles(const std::string& root_prefix);
std::vector<std::string> program_bundles(const TrustPlaces& places);
// Java key stores, which are no text and need keytool.
std::vector<std::string> java_key_stores(const std::string& root_prefix);

// The path with all symbolic links resolved; empty if there is no such regular file.
std::string real_file(const std::string& path);

}  // namespace fogbank::certs
