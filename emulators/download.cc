#include "emulators/download.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace fogbank::emulators {

core::Result<std::unique_ptr<BlobBody>> BlobBody::open(
    storage::Store& store, const std::vector<Download::Piece>& pieces) {
  auto body = std::make_unique<BlobBody>();
  body->pieces_.reserve(pieces.size());
  for (const Download::Piece& piece : pieces) {
    auto fd = store.open_blob(piece.blob);
    if (!fd) return fd.error();
    ::posix_fadvise(fd->get(), static_cast<off_t>(piece.offset), static_cast<off_t>(piece.bytes),
                    POSIX_FADV_SEQUENTIAL);
    body->pieces_.push_back({std::move(*fd), piece.offset, piece.bytes});
    body->bytes_ += piece.bytes;
  }
  return body;
}

core::Result<core::AnswerBody::Read> BlobBody::read(std::span<std::byte> into) {
  std::size_t filled = 0;
  while (filled < into.size() && current_ < pieces_.size()) {
    OpenPiece& piece = pieces_[current_];
    if (piece.left == 0) {
      piece.fd.reset();
      ++current_;
      continue;
    }
    const auto want = static_cast<std::size_t>(std::min<uint64_t>(into.size() - filled, piece.left));
    const ssize_t got = ::pread(piece.fd.get(), into.data() + filled, want,
                                static_cast<off_t>(piece.offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return core::system_error("gateway: cannot read a blob", errno);
    if (got == 0) return core::Error{"gateway: a blob is shorter than its record says"};
    filled += static_cast<std::size_t>(got);
    piece.offset += static_cast<uint64_t>(got);
    piece.left -= static_cast<uint64_t>(got);
  }
  while (current_ < pieces_.size() && pieces_[current_].left == 0) ++current_;
  return Read{filled, current_ == pieces_.size() ? State::kEnd : State::kMore};
}

}  // namespace fogbank::emulators
