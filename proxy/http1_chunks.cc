#include "proxy/http1_chunks.h"

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "proxy/http1_parser.h"

namespace fogbank::proxy {

void ChunkedDecoder::reset() {
  state_ = State::kSize;
  left_ = 0;
  digits_ = extension_bytes_ = trailer_line_ = 0;
  trailer_text_.clear();
  trailers_.clear();
}

Checked ChunkedDecoder::take_size(char c) {
  constexpr std::size_t kDigitsMax = 15;  // so that the number fits and leading zeros end
  const char lower = core::to_lower(c);
  const bool is_digit = c >= '0' && c <= '9';
  if (is_digit || (lower >= 'a' && lower <= 'f')) {
    if (++digits_ > kDigitsMax) return HttpFault::kChunk;
    left_ = left_ * 16 + static_cast<uint64_t>(is_digit ? c - '0' : lower - 'a' + 10);
    return {};
  }
  if (digits_ == 0 || (c != ';' && c != '\r')) return HttpFault::kChunk;
  state_ = c == ';' ? State::kExtension : State::kSizeLineFeed;
  return {};
}

Checked ChunkedDecoder::take_framing(char c) {
  switch (state_) {
    case State::kSize:
      return take_size(c);
    case State::kExtension:
      if (c == '\r') {
        state_ = State::kSizeLineFeed;
      } else if (!is_valid_field_value({&c, 1}) ||
                 ++extension_bytes_ > limits_.extension_bytes_max) {
        return HttpFault::kChunk;
      }
      return {};
    case State::kSizeLineFeed:
      if (c != '\n') return HttpFault::kChunk;
      state_ = left_ > 0 ? State::kData : State::kTrailer;
      return {};
    case State::kDataReturn:
      if (c != '\r') return HttpFault::kChunk;
      state_ = State::kDataLineFeed;
      return {};
    case State::kDataLineFeed:
      if (c != '\n') return HttpFault::kChunk;
      state_ = State::kSize;
      digits_ = extension_bytes_ = 0;
      return {};
    default:
      return take_trailer(c);
  }
}

Checked ChunkedDecoder::take_trailer(char c) {
  if (trailer_text_.size() >= limits_.trailer_bytes_max) return HttpFault::kTrailers;
  trailer_text_ += c;
  if (c != '\n') return {};
  const std::size_t bytes = trailer_text_.size() - trailer_line_;
  if (bytes < 2 || trailer_text_[trailer_text_.size() - 2] != '\r') return HttpFault::kTrailers;
  const std::size_t start = std::exchange(trailer_line_, trailer_text_.size());
  if (bytes > 2) return {};
  state_ = State::kEnd;
  // Parsed at the end, when the text does not move any more.
  for (std::size_t from = 0; from < start;) {
    const std::size_t feed = trailer_text_.find('\n', from);
    const auto field = parse_field(trailer_text_, from, feed - 1);
    from = feed + 1;
    if (!field || trailers_.size() == limits_.trailers_max) return HttpFault::kTrailers;
    // RFC 9110 section 6.5.1: a field that frames or routes the message comes too late here.
    for (const std::string_view forbidden :
         {"content-length", "transfer-encoding", "host", "trailer", "connection", "expect"}) {
      if (field->name == forbidden) return HttpFault::kTrailers;
    }
    trailers_.push_back(*field);
  }
  return {};
}

Parsed<ChunkedDecoder::Step> ChunkedDecoder::decode(std::span<const std::byte> input) {
  Step step;
  while (step.consumed < input.size() && state_ != State::kEnd) {
    if (state_ == State::kData) {
      const auto bytes = std::min<uint64_t>(left_, input.size() - step.consumed);
      step.piece = input.subspan(step.consumed, static_cast<std::size_t>(bytes));
      step.consumed += step.piece.size();
      left_ -= bytes;
      if (left_ == 0) state_ = State::kDataReturn;
      return step;
    }
    const auto taken = take_framing(static_cast<char>(input[step.consumed]));
    if (!taken) return taken.error();
    ++step.consumed;
  }
  step.is_end = state_ == State::kEnd;
  return step;
}

}  // namespace fogbank::proxy
