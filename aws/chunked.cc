#include "aws/chunked.h"

#include <algorithm>

#include "aws/chunk_signatures.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

constexpr std::string_view kTrailerSignature = "x-amz-trailer-signature";

// The value of "chunk-signature" among the extensions behind a chunk's size.
std::string_view signature_of(std::string_view line) {
  constexpr std::string_view kName = ";chunk-signature=";
  const std::size_t at = line.find(kName);
  if (at == std::string_view::npos) return {};
  const std::string_view value = line.substr(at + kName.size());
  return value.substr(0, value.find(';'));
}

}  // namespace

core::Error ChunkedDecoder::malformed(std::string_view what) {
  fault_ = ChunkedFault::kMalformed;
  return {"aws-chunked: " + std::string(what)};
}

core::Error ChunkedDecoder::wrong_signature(std::string_view what) {
  fault_ = ChunkedFault::kWrongSignature;
  return {"aws-chunked: " + std::string(what)};
}

core::Result<void> ChunkedDecoder::feed(std::span<const std::byte> input, const OnData& on_data) {
  while (!input.empty()) {
    if (state_ == State::kDone) return malformed("bytes behind the end");
    if (state_ == State::kData) {
      const auto take = static_cast<std::size_t>(std::min<uint64_t>(left_, input.size()));
      if (signatures_ != nullptr) signatures_->update(input.first(take));
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
      if (signatures_ != nullptr && !signatures_->end_chunk(chunk_signature_)) {
        return wrong_signature("a chunk's signature is wrong");
      }
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
  chunk_signature_ = signature_of(line_);
  if (size == 0 && signatures_ != nullptr && !signatures_->end_chunk(chunk_signature_)) {
    return wrong_signature("the last chunk's signature is wrong");
  }
  state_ = size == 0 ? State::kTrailer : State::kData;
  return {};
}

core::Result<void> ChunkedDecoder::take_trailer() {
  if (line_.empty()) return end_trailers();
  const auto colon = line_.find(':');
  if (colon == std::string::npos || colon == 0) return malformed("a trailer has no name");
  if (trailers_.size() == kTrailersMax) return malformed("too many trailers");
  const std::string_view line = line_;
  trailers_.emplace_back(core::to_lower(core::trim(line.substr(0, colon))),
                         core::trim(line.substr(colon + 1)));
  return {};
}

core::Result<void> ChunkedDecoder::end_trailers() {
  state_ = State::kDone;
  if (signatures_ == nullptr || trailers_.empty()) return {};
  std::string signed_text;
  std::string_view signature;
  for (const auto& [name, value] : trailers_) {
    if (name == kTrailerSignature) {
      signature = value;
    } else {
      signed_text.append(name).append(":").append(value).append("\n");
    }
  }
  if (signatures_->end_trailers(signed_text, signature)) return {};
  return wrong_signature("the signature of the trailers is wrong or missing");
}

}  // namespace fogbank::aws
