// The half of Http2Engine that sends: what streams want done, and answers as frames.
#include <span>
#include <string>

#include "core/text.h"
#include "proxy/answer_source.h"
#include "proxy/http2_engine.h"
#include "proxy/http2_stream.h"
#include "proxy/request_reuse.h"

namespace fogbank::proxy {
namespace {

using core::AnswerBody;
using core::HttpAnswer;

// Gives nghttp2 the next part of an answer's body.
ssize_t read_body(nghttp2_session*, int32_t, uint8_t* into, std::size_t bytes_max, uint32_t* flags,
                  nghttp2_data_source* source, void*) noexcept {
  auto& stream = *static_cast<Http2Stream*>(source->ptr);
  if (stream.is_waiting) {
    stream.is_deferred = true;
    return NGHTTP2_ERR_DEFERRED;
  }
  core::Result<AnswerBody::Read> read = AnswerBody::Read{};
  do {
    stream.was_woken = false;
    read = stream.source.read(std::as_writable_bytes(std::span(into, bytes_max)));
    if (!read) {
      stream.engine.note_broken_answer(stream, read.error());
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // RST_STREAM with INTERNAL_ERROR
    }
    // Woken while it was asked: what it waited for is there by now.
  } while (read->bytes == 0 && read->state == AnswerBody::State::kWait && stream.was_woken);
  stream.since_ms = stream.loop().monotonic_ms();
  stream.is_waiting = read->state == AnswerBody::State::kWait && !stream.was_woken;
  if (read->state == AnswerBody::State::kEnd) *flags |= NGHTTP2_DATA_FLAG_EOF;
  stream.is_deferred = read->bytes == 0 && stream.is_waiting;
  if (stream.is_deferred) return NGHTTP2_ERR_DEFERRED;
  return static_cast<ssize_t>(read->bytes);
}

}  // namespace
// ---- what sessions call

void Http2Stream::answer(HttpAnswer given) {
  core::check(!has_answer(), "an exchange is answered once");
  core::check(given.status >= 200 && given.status <= 599, "an answer's status is final");
  given_answer = std::move(given);
  engine.mark(*this);
}

void Http2Stream::resume_body() {
  was_resumed = true;
  if (!is_paused) return;
  is_paused = false;
  engine.mark(*this);
}

void Http2Stream::wake_answer() {
  was_woken = true;
  if (!is_waiting) return;
  is_waiting = false;
  engine.mark(*this);
}

void Http2Stream::clear() {
  constexpr std::size_t kKeptBytes = 4096;
  if (request.use_count() == 1) {
    reuse(*request);
  } else {
    request.reset();
  }
  session.reset();
  pending.consume(pending.size());
  pending.shrink(kKeptBytes);
  trailer_text.clear();
  trailers.clear();
  given_answer.reset();
  source = AnswerSource();
  id = 0;
  body_bytes = discarded_bytes = 0;
  has_begun = has_ended = owes_end = is_paused = was_resumed = false;
  is_answering = has_answered = is_waiting = was_woken = is_deferred = is_marked = false;
}

// ---- what the engine does about it

void Http2Engine::mark(Http2Stream& stream) {
  if (stream.is_marked) return;
  stream.is_marked = true;
  marked_.push_back(&stream);
  driver_.wake();
}

void Http2Engine::serve_marked() {
  // By index: serving a stream may mark it, or others, again.
  for (std::size_t i = 0; i < marked_.size(); ++i) {
    if (marked_[i] == nullptr) continue;
    marked_[i]->is_marked = false;
    serve(*marked_[i]);
  }
  marked_.clear();
}

void Http2Engine::serve(Http2Stream& stream) {
  while (!stream.pending.empty() && !stream.is_paused && !stream.has_answer()) {
    const auto piece = stream.pending.front();
    give_piece(stream, piece);
    stream.pending.consume(piece.size());
  }
  if (stream.has_answer() && !stream.pending.empty()) {
    discard_body(stream, stream.pending.size());
    stream.pending.consume(stream.pending.size());
  }
  if (stream.owes_end && !stream.is_paused && !stream.has_answer()) {
    stream.owes_end = false;
    stream.session->on_body_end(stream.trailers);
  }
  if (stream.given_answer) submit_answer(stream);
  if (stream.is_deferred && !stream.is_waiting) {
    stream.is_deferred = false;
    ::nghttp2_session_resume_data(session_.get(), stream.id);
  }
}

void Http2Engine::answer_fault(Http2Stream& stream, HttpFault fault) {
  links_.counters.fault(fault).add();
  stream.session.reset();
  if (stream.has_answer()) return reset(stream, NGHTTP2_PROTOCOL_ERROR);
  const HttpFaultText text = describe(fault);
  HttpAnswer answer;
  answer.status = text.status;
  answer.headers.add("content-type", "text/plain");
  answer.body = std::string(text.message) + "\n";
  stream.answer(std::move(answer));
}

void Http2Engine::submit_answer(Http2Stream& stream) {
  HttpAnswer answer = std::move(*stream.given_answer);
  stream.given_answer.reset();
  stream.is_answering = true;
  stream.since_ms = links_.loop.monotonic_ms();
  if (!is_sendable(answer.headers)) {
    links_.counters.answers_unusable.add();
    links_.log.error("answer_unusable",
                     {{"path", stream.request->path}, {"status", answer.status}});
    answer = HttpAnswer{};
    answer.status = 500;
  }
  stream.source = AnswerSource(answer);
  const bool has_body = carries_body(stream.request->method, answer.status);
  const auto length = content_length_of(answer, stream.source, stream.request->method);
  make_answer_fields(answer, length);
  const nghttp2_data_provider provider = {{.ptr = &stream}, read_body};
  const bool sends_data = has_body && length != 0;
  const int result =
      ::nghttp2_submit_response(session_.get(), stream.id, answer_fields_.data(),
                                answer_fields_.size(), sends_data ? &provider : nullptr);
  core::check(result == 0 || result == NGHTTP2_ERR_DATA_EXIST,
              "a server's stream takes one response");
}

// One text holds all names, lowered (RFC 9113 section 8.2), and all values; nghttp2 copies it.
void Http2Engine::make_answer_fields(const HttpAnswer& answer, std::optional<uint64_t> length) {
  constexpr std::size_t kOwnFieldsBytes = 64;  // :status and content-length
  std::size_t bytes = kOwnFieldsBytes;
  for (std::size_t i = 0; i < answer.headers.size(); ++i) {
    const core::HttpHeader field = answer.headers.at(i);
    bytes += field.name.size() + field.value.size();
  }
  answer_text_.clear();
  answer_text_.reserve(bytes);  // it must not move any more
  answer_fields_.clear();
  const auto add = [this](std::string_view name, std::string_view value) {
    const std::size_t start = answer_text_.size();
    for (const char c : name) answer_text_ += core::to_lower(c);
    answer_text_ += value;
    const auto text = std::span(answer_text_).subspan(start);
    answer_fields_.push_back({reinterpret_cast<uint8_t*>(text.data()),
                              reinterpret_cast<uint8_t*>(text.subspan(name.size()).data()),
                              name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  };
  add(":status", std::to_string(answer.status));
  for (std::size_t i = 0; i < answer.headers.size(); ++i) {
    const core::HttpHeader field = answer.headers.at(i);
    if (!belongs_to_proxy(field.name)) add(field.name, field.value);
  }
  if (length) add("content-length", std::to_string(*length));
}

void Http2Engine::note_broken_answer(Http2Stream& stream, const core::Error& error) {
  links_.counters.answers_broken.add();
  links_.log.error("answer_broken", {{"path", stream.request->path}, {"error", error.message}});
  stream.has_answered = true;
}

void Http2Engine::end_answer(int32_t id) {
  Http2Stream* stream = stream_of(id);
  if (stream == nullptr) return;
  stream->has_answered = true;
  stream->session.reset();
  stream->source = AnswerSource();
  if (stream->has_ended) return;
  const uint64_t expected = stream->request->body_bytes.value_or(0);
  const uint64_t left = expected - std::min(expected, stream->body_bytes);
  const uint64_t most = links_.limits.discarded_bytes_max;
  if (left > most || stream->discarded_bytes > most) reset(*stream, NGHTTP2_NO_ERROR);
}

}  // namespace fogbank::proxy
