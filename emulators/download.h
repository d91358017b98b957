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
  // How many pieces are held open. A release of their blobs does not touch this answer; one that
  // removes a later piece's blob breaks the answer off. An object may have 10,000 pieces, more
  // than a process has descriptors.
  static constexpr std::size_t kOpenPiecesMax = 64;

  // The store outlives the body.
  BlobBody(storage::Store& store, Download download);  // call open() instead
  static core::Result<std::unique_ptr<BlobBody>> open(storage::Store& store, Download download);
  core::Result<Read> read(std::span<std::byte> into) override;
  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  core::Result<void> open_ahead();
  core::Result<std::size_t> read_piece(std::span<std::byte> into);

  storage::Store& store_;
  Download download_;
  std::vector<core::UniqueFd> open_;  // of the pieces up to open_.size(); empty once read
  std::size_t current_ = 0;           // index of the piece that is being read
  std::size_t inline_at_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace fogbank::emulators
