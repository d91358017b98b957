#include "emulators/download.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/text.h"

namespace fogbank::emulators {

BlobBody::BlobBody(storage::Store& store, Download download)
    : store_(store), download_(std::move(download)), bytes_(download_.inline_bytes.size()) {
  for (const Download::Piece& piece : download_.pieces) bytes_ += piece.bytes;
}

core::Result<std::unique_ptr<BlobBody>> BlobBody::open(storage::Store& store, Download download) {
  auto body = std::make_unique<BlobBody>(store, std::move(download));
  if (const auto opened = body->open_ahead(); !opened) return opened.error();
  return body;
}

core::Result<void> BlobBody::open_ahead() {
  const std::size_t until = std::min(download_.pieces.size(), current_ + kOpenPiecesMax);
  for (std::size_t i = open_.size(); i < until; ++i) {
    const Download::Piece& piece = download_.pieces[i];
    if (piece.blob.text.empty()) {
      open_.emplace_back();
      continue;
    }
    auto fd = store_.open_blob(piece.blob);
    if (!fd) return fd.error();
    ::posix_fadvise(fd->get(), static_cast<off_t>(piece.offset), static_cast<off_t>(piece.bytes),
                    POSIX_FADV_SEQUENTIAL);
    open_.push_back(std::move(*fd));
  }
  return {};
}

core::Result<std::size_t> BlobBody::read_piece(std::span<std::byte> into) {
  Download::Piece& piece = download_.pieces[current_];
  const auto want = static_cast<std::size_t>(std::min<uint64_t>(into.size(), piece.bytes));
  if (piece.blob.text.empty()) {
    const auto text = core::as_bytes(piece.inline_bytes).subspan(piece.offset, want);
    std::copy(text.begin(), text.end(), into.begin());
    piece.offset += want;
    piece.bytes -= want;
    return want;
  }
  ssize_t got = 0;
  do {
    got = ::pread(open_[current_].get(), into.data(), want, static_cast<off_t>(piece.offset));
  } while (got < 0 && errno == EINTR);
  if (got < 0) return core::system_error("gateway: cannot read a blob", errno);
  if (got == 0 && want > 0) return core::Error{"gateway: a blob is shorter than its record says"};
  piece.offset += static_cast<uint64_t>(got);
  piece.bytes -= static_cast<uint64_t>(got);
  return static_cast<std::size_t>(got);
}

core::Result<core::AnswerBody::Read> BlobBody::read(std::span<std::byte> into) {
  std::size_t filled = 0;
  while (filled < into.size() && current_ < download_.pieces.size()) {
    const auto got = read_piece(into.subspan(filled));
    if (!got) return got.error();
    filled += *got;
    if (download_.pieces[current_].bytes > 0) continue;
    open_[current_].reset();
    ++current_;
    if (const auto opened = open_ahead(); !opened) return opened.error();
  }
  if (current_ < download_.pieces.size()) return Read{filled, State::kMore};
  const std::string& tail = download_.inline_bytes;
  const std::size_t tail_bytes = std::min(into.size() - filled, tail.size() - inline_at_);
  std::copy_n(core::as_bytes(tail).begin() + static_cast<std::ptrdiff_t>(inline_at_), tail_bytes,
              into.begin() + static_cast<std::ptrdiff_t>(filled));
  inline_at_ += tail_bytes;
  return Read{filled + tail_bytes, inline_at_ == tail.size() ? State::kEnd : State::kMore};
}

}  // namespace fogbank::emulators
