// The aws-chunked content coding of S3 uploads: chunks with an optional signature each, and
// trailing headers (S3 API Reference, "Signature calculations ... transferring payload in multiple
// chunks", and "... including trailing headers").
//
//   hex-size[;chunk-signature=64 hex] CRLF bytes CRLF … 0[;chunk-signature=…] CRLF
//   [name:value CRLF …] CRLF
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace fogbank::aws {

class ChunkSignatures;

enum class ChunkedFault : uint8_t {
  kNone,
  kMalformed,       // the framing is wrong
  kWrongSignature,  // of a chunk or of the trailers, or it is missing
};

// Incremental; data is handed on without being copied.
class ChunkedDecoder final {
 public:
  static constexpr std::size_t kLineBytesMax = 4096;
  static constexpr std::size_t kTrailersMax = 16;

  // With `signatures`, which outlives the decoder, every chunk must be signed and so must the
  // trailers if there are any. A chunk's data is handed on before its signature can be checked:
  // nothing of it counts until is_complete().
  explicit ChunkedDecoder(ChunkSignatures* signatures = nullptr) : signatures_(signatures) {}

  using OnData = std::function<core::Result<void>(std::span<const std::byte>)>;

  // Takes the next piece of the coded body. An error of `on_data` is passed on.
  core::Result<void> feed(std::span<const std::byte> input, const OnData& on_data);

  // The last chunk and the trailers have been read; more input is an error.
  [[nodiscard]] bool is_complete() const { return state_ == State::kDone; }
  // Names in lower case.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& trailers() const {
    return trailers_;
  }
  [[nodiscard]] uint64_t decoded_bytes() const { return decoded_bytes_; }
  // Why feed() failed; kNone when it was `on_data` that did.
  [[nodiscard]] ChunkedFault fault() const { return fault_; }

 private:
  enum class State : uint8_t { kSize, kData, kDataEnd, kTrailer, kDone };
  core::Result<void> take_line();
  core::Result<void> take_size();
  core::Result<void> take_trailer();
  core::Result<void> end_trailers();
  core::Error malformed(std::string_view what);
  core::Error wrong_signature(std::string_view what);

  ChunkSignatures* signatures_;
  ChunkedFault fault_ = ChunkedFault::kNone;
  std::string chunk_signature_;  // of the chunk being read, as declared
  State state_ = State::kSize;
  std::string line_;   // of the line being read, without its CRLF
  uint64_t left_ = 0;  // of the chunk being read
  uint64_t decoded_bytes_ = 0;
  std::vector<std::pair<std::string, std::string>> trailers_;
};

}  // namespace fogbank::aws
