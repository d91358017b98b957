#include "proxy/answer_source.h"

#include <algorithm>
#include <cstring>

#include "core/text.h"
#include "proxy/http1_parser.h"

namespace fogbank::proxy {

using core::AnswerBody;

bool carries_body(std::string_view method, int status) {
  return method != "HEAD" && status != 204 && status != 304;
}

bool is_sendable(const core::HeaderList& headers) {
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const core::HttpHeader field = headers.at(i);
    if (!is_valid_field_name(field.name) || !is_valid_field_value(field.value)) return false;
  }
  return true;
}

bool belongs_to_proxy(std::string_view name) {
  for (const std::string_view own : {"content-length", "transfer-encoding", "connection",
                                     "keep-alive", "proxy-connection", "upgrade", "alt-svc"}) {
    if (core::equals_ignoring_case(name, own)) return true;
  }
  return false;
}

AnswerSource::AnswerSource(core::HttpAnswer& answer)
    : body_(std::move(answer.body)), stream_(std::move(answer.stream)) {
  length_ = stream_ ? answer.declared_bytes : std::optional<uint64_t>(body_.size());
}

core::Result<AnswerBody::Read> AnswerSource::read(std::span<std::byte> into) {
  if (stream_) return read_stream(into);
  const auto at = static_cast<std::size_t>(given_);
  const std::size_t bytes = std::min(into.size(), body_.size() - at);
  if (bytes > 0) std::memcpy(into.data(), core::as_bytes(body_).subspan(at).data(), bytes);
  given_ += bytes;
  return AnswerBody::Read{
      bytes, given_ == body_.size() ? AnswerBody::State::kEnd : AnswerBody::State::kMore};
}

core::Result<AnswerBody::Read> AnswerSource::read_stream(std::span<std::byte> into) {
  if (length_ == given_) return AnswerBody::Read{0, AnswerBody::State::kEnd};
  auto read = stream_->read(into);
  if (!read) return read;
  core::check(read->bytes <= into.size(), "an answer's body stays inside its buffer");
  given_ += read->bytes;
  if (read->bytes == 0 && read->state == AnswerBody::State::kMore) {
    return core::Error{"proxy: an answer's body gave no byte and did not say that it waits"};
  }
  if (!length_) return read;
  if (given_ > *length_ || (read->state == AnswerBody::State::kEnd && given_ < *length_)) {
    return core::Error{"proxy: an answer's body has another length than declared"};
  }
  if (given_ == *length_) read->state = AnswerBody::State::kEnd;
  return read;
}

std::optional<uint64_t> content_length_of(const core::HttpAnswer& answer,
                                          const AnswerSource& source, std::string_view method) {
  if (carries_body(method, answer.status)) return source.length();
  if (answer.status == 204) return std::nullopt;  // RFC 9110 section 8.6
  // What a GET would have got. A body of no bytes says nothing about that.
  if (answer.declared_bytes) return answer.declared_bytes;
  if (source.is_in_memory() && source.length() != 0) return source.length();
  return std::nullopt;
}

}  // namespace fogbank::proxy
