// The body of an answer that comes from blobs: pieces of files, read while the answer is sent.
#pragma once

#include <memory>
#include <vector>

#include "core/fd.h"
#include "core/http.h"
#include "core/result.h"
#include "emulators/service.h"

namespace fogbank::emulators {

class BlobBody final : public core::AnswerBody {
 public:
  // Opens every piece, so that a later release of the blobs does not touch this answer.
  static core::Result<std::unique_ptr<BlobBody>> open(storage::Store& store,
                                                      const std::vector<Download::Piece>& pieces);
  core::Result<Read> read(std::span<std::byte> into) override;
  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  struct OpenPiece {
    core::UniqueFd fd;
    uint64_t offset;
    uint64_t left;
  };
  std::vector<OpenPiece> pieces_;
  std::size_t current_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace fogbank::emulators
