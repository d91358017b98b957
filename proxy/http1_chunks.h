// The chunked transfer coding of HTTP/1.1 (RFC 9112 section 7.1) as bytes. No I/O here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/http.h"
#include "proxy/http_fault.h"

namespace fogbank::proxy {

struct ChunkLimits {
  std::size_t extension_bytes_max = 512;  // of one chunk; aws-chunked signatures are not here
  std::size_t trailer_bytes_max = 8 * 1024;
  std::size_t trailers_max = 32;
};

// Takes the coding off a body that arrives in pieces.
class ChunkedDecoder final {
 public:
  explicit ChunkedDecoder(const ChunkLimits& limits) : limits_(limits) {}

  struct Step {
    std::size_t consumed = 0;          // of the input; the rest is to be given again
    std::span<const std::byte> piece;  // of the body, a part of the input; may be empty
    bool is_end = false;               // the body and its trailers are complete
  };
  // Consumes up to the end of one piece; all of the input if there is none in it.
  Parsed<Step> decode(std::span<const std::byte> input);
  // After the end. The views live as long as the decoder is neither moved nor reset.
  [[nodiscard]] std::span<const core::HttpHeader> trailers() const { return trailers_; }
  void reset();

 private:
  enum class State : uint8_t {
    kSize,
    kExtension,
    kSizeLineFeed,
    kData,
    kDataReturn,
    kDataLineFeed,
    kTrailer,
    kEnd
  };
  Checked take_size(char c);
  Checked take_framing(char c);
  Checked take_trailer(char c);

  ChunkLimits limits_;
  State state_ = State::kSize;
  uint64_t left_ = 0;  // of the chunk
  std::size_t digits_ = 0;
  std::size_t extension_bytes_ = 0;
  std::string trailer_text_;
  std::size_t trailer_line_ = 0;  // where the last line starts
  std::vector<core::HttpHeader> trailers_;
};

}  // namespace fogbank::proxy
