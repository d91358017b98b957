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

// Incremental; data is handed on without being copied.
class ChunkedDecoder final {
 public:
  static constexpr std::size_t kLineBytesMax = 4096;
  static constexpr std::size_t kTrailersMax = 16;

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

 private:
  enum class State : uint8_t { kSize, kData, kDataEnd, kTrailer, kDone };
  core::Result<void> take_line();
  core::Result<void> take_size();
  core::Result<void> take_trailer();

  State state_ = State::kSize;
  std::string line_;  // of the line being read, without its CRLF
  uint64_t left_ = 0;  // of the chunk being read
  uint64_t decoded_bytes_ = 0;
  std::vector<std::pair<std::string, std::string>> trailers_;
};

}  // namespace fogbank::aws
