#include "aws/chunked.h"

#include <algorithm>

#include "core/text.h"

namespace fogbank::aws {
namespace {

core::Error malformed(std::string_view what) {
  return {"aws-chunked: " + std::string(what)};
}

}  // namespace

core::Result<void> ChunkedDecoder::feed(std::span<const std::byte> input, const OnData& on_data) {
  while (!input.empty()) {
    if (state_ == State::kDone) return malformed("bytes behind the end");
    if (state_ == State::kData) {
      const auto take = static_cast<std::size_t>(std::min<uint64_t>(left_, input.size()));
      if (auto done = on_data(input.first(take)); !done) return done;
      decoded_bytes_ += take;
      left_ -= take;
      input = input.subspan(take);
      if (left_ == 0) state_ = State::kDataEnd;
      continue;
    }
    const std::string_view text = core::as_text(input);
    const auto end = text.find('\n');
    const std::string_view part = text.substr(0, end);
    if (line_.size() + part.size() > kLineBytesMax) return malformed("a line is too long");
    line_ += part;
    if (end == std::string_view::npos) return {};
    input = input.subspan(end + 1);
    if (!line_.ends_with('\r')) return malformed("a line does not end in CRLF");
    line_.pop_back();
    if (auto taken = take_line(); !taken) return taken;
    line_.clear();
  }
  return {};
}

core::Result<void> ChunkedDecoder::take_line() {
  switch (state_) {
    case State::kSize:
      return take_size();
    case State::kDataEnd:
      if (!line_.empty()) return malformed("a chunk is longer than its size says");
      state_ = State::kSize;
      return {};
    case State::kTrailer:
      return take_trailer();
    case State::kData:
    case State::kDone:
      break;
  }
  core::check(false, "lines are taken outside of data only");
  return {};
}

core::Result<void> ChunkedDecoder::take_size() {
  const std::string_view digits = std::string_view(line_).substr(0, line_.find(';'));
  uint64_t size = 0;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  if (digits.empty() || failure != std::errc{} || end != digits.data() + digits.size()) {
    return malformed("a chunk's size is no hexadecimal number");
  }
  left_ = size;
  state_ = size == 0 ? State::kTrailer : State::kData;
  return {};
}

core::Result<void> ChunkedDecoder::take_trailer() {
  if (line_.empty()) {
    state_ = State::kDone;
    return {};
  }
  const auto colon = line_.find(':');
  if (colon == std::string::npos || colon == 0) return malformed("a trailer has no name");
  if (trailers_.size() == kTrailersMax) return malformed("too many trailers");
  const std::string_view line = line_;
  trailers_.emplace_back(core::to_lower(core::trim(line.substr(0, colon))),
                         core::trim(line.substr(colon + 1)));
  return {};
}

}  // namespace fogbank::aws
