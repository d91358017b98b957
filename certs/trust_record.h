// What install_trust() has written where, on disk before it is written. For this room only.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/fd.h"
#include "core/result.h"

namespace fogbank::certs {

// The words are in files of users; never rename.
enum class TrustChange : uint8_t {
  kStore,      // "store": anchor file of the distribution's store
  kBlock,      // "block": marked block in a file of others
  kNewBlock,   // "new-block": the same in a file that did not exist
  kFile,       // "file": a file that is all ours
  kDirectory,  // "directory": made by us, removed when empty
};

struct TrustEntry {
  TrustChange change;
  std::string key_hash;
  std::string path;
  friend bool operator==(const TrustEntry&, const TrustEntry&) = default;
};

// The record file <state>/trust.record: a first line with the layout's version, then one line
// "change key-hash path" per entry in order of time. While it is open no other process opens it.
class TrustRecord final {
 public:
  static core::Result<TrustRecord> open(const std::string& state_directory);
  // Durable when it returns. An entry that is there already is not repeated, and a block in a file
  // that is recorded as new stays a new one.
  core::Result<void> add(const TrustEntry& entry);
  core::Result<void> remove(const TrustEntry& entry);  // the file goes with its last entry
  [[nodiscard]] const std::vector<TrustEntry>& entries() const { return entries_; }

 private:
  TrustRecord(std::string path, core::UniqueFd lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}
  [[nodiscard]] core::Result<void> save() const;
  std::string path_;
  core::UniqueFd lock_;  // the locked state directory
  std::vector<TrustEntry> entries_;
};

}  // namespace fogbank::certs
