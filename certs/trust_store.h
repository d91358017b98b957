// The distribution's trust store: one anchor file and the tool that rebuilds the bundle from it.
// For this room only.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"

namespace fogbank::certs {

enum class StoreFamily : unsigned char { kDebian, kRedHat };

// Paths of this machine, prefix included.
struct TrustStore {
  StoreFamily family;
  std::string root_prefix;
  std::string anchor;  // the file for this CA
  std::string bundle;  // the result that programs read
};

// By directories, never by os-release. Nothing where no known store is.
std::optional<TrustStore> find_store(const std::string& root_prefix, const std::string& key_hash);

// Rebuilds the bundle after the anchor was written.
core::Result<void> rebuild_with(const TrustStore& store);
// Rebuilds it after the anchor was deleted; `scratch_directory` holds a file while it runs.
core::Result<void> rebuild_without(const TrustStore& store, const std::string& scratch_directory);

}  // namespace fogbank::certs
