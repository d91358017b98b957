// Blobs as files: blobs/new/<id> while nobody has adopted it, blobs/<ab>/<id> afterwards.
//
// The two places make cleaning up after a crash cheap: only blobs/new has to be looked through.
// A crash between a commit and its move leaves an adopted blob in blobs/new, so readers look in
// both places and the next open() moves it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/fd.h"
#include "core/random.h"
#include "core/result.h"
#include "storage/storage.h"

namespace fogbank::storage {

// Thread-safe.
class BlobFiles final {
 public:
  // Makes the folders in `directory` where they are missing. `random` outlives the result.
  static core::Result<std::unique_ptr<BlobFiles>> open(int directory, Durability durability,
                                                       core::RandomSource& random);

  // The result's life ends before this object's.
  core::Result<std::unique_ptr<BlobWriter>> create();
  core::Result<core::UniqueFd> open_blob(std::string_view id) const;

  core::Result<void> keep(const std::string& id);    // moves out of blobs/new
  core::Result<void> remove(const std::string& id);  // wherever it is; gone already is success
  core::Result<std::vector<std::string>> staged() const;

 private:
  class Writer;
  BlobFiles(core::UniqueFd root, core::UniqueFd staging, Durability durability,
            core::RandomSource& random)
      : root_(std::move(root)),
        staging_(std::move(staging)),
        durability_(durability),
        random_(random) {}
  core::Result<core::UniqueFd> create_file(std::string& id);

  core::UniqueFd root_;     // blobs/
  core::UniqueFd staging_;  // blobs/new/
  Durability durability_;
  core::RandomSource& random_;
};

}  // namespace fogbank::storage
