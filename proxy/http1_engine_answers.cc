// The half of Http1Engine that sends: from an answer to bytes, and on to the next request.
#include <algorithm>

#include "proxy/http1_answer.h"
#include "proxy/http1_engine.h"
#include "proxy/request_reuse.h"

namespace fogbank::proxy {
namespace {

using core::AnswerBody;
using core::HttpAnswer;
using core::HttpRequest;
using core::HttpVersion;

constexpr std::size_t kPieceBytes = 64 * 1024;  // read from an answer's stream at a time

}  // namespace

// ---- what the session calls

void Http1Engine::answer(HttpAnswer answer) {
  core::check(!has_answer(), "an exchange is answered once");
  core::check(answer.status >= 200 && answer.status <= 599, "an answer's status is final");
  answer_ = std::move(answer);
  driver_.wake();
}

void Http1Engine::resume_body() {
  was_resumed_ = true;
  if (!is_paused_) return;
  is_paused_ = false;
  since_ms_ = links_.loop.monotonic_ms();
  driver_.wake();
}

void Http1Engine::wake_answer() {
  was_woken_ = true;
  if (!is_waiting_) return;
  is_waiting_ = false;
  driver_.wake();
}

// ---- output

void Http1Engine::advance() {
  while (ending_ == Ending::kNone) {
    if (has_end_waiting_ && !is_paused_) {
      has_end_waiting_ = false;
      if (session_ && !has_answer()) session_->on_body_end(decoder_.trailers());
    }
    if (answer_) start_answer();
    if (sending_ == Sending::kBody) send_body();
    const std::size_t used = ending_ == Ending::kNone ? parse(in_.front()) : 0;
    in_.consume(used);
    if (used == 0 && !answer_) return;
  }
}

void Http1Engine::start_answer() {
  HttpAnswer answer = std::move(*answer_);
  answer_.reset();
  if (!is_sendable(answer.headers)) {
    links_.counters.answers_unusable.add();
    links_.log.error("answer_unusable", {{"path", request_->path}, {"status", answer.status}});
    answer = HttpAnswer{};
    answer.status = 500;
  }
  settle_unread_body();
  source_ = AnswerSource(answer);
  AnswerFraming framing;
  const bool has_body = carries_body(request_->method, answer.status);
  framing.content_length = content_length_of(answer, source_, request_->method);
  if (has_body && !framing.content_length) {
    is_chunking_ = request_->version == HttpVersion::k11;
    // HTTP/1.0 knows no chunks: there the end of the connection is the end of the body.
    is_last_ = is_last_ || !is_chunking_;
  }
  framing.is_chunked = is_chunking_;
  framing.is_last = is_last_;
  append_answer_head(out_, answer, framing);
  sending_ = Sending::kBody;
  if (!has_body || framing.content_length == 0) finish_exchange();
}

// The peer may still be sending a body that nobody will read.
void Http1Engine::settle_unread_body() {
  if (!is_reading_body()) return;
  is_paused_ = false;
  const bool is_short =
      reading_ == Reading::kChunked || body_left_ <= links_.limits.discarded_bytes_max;
  // A peer that has not got its 100 may send the body or may not: the next byte is ambiguous.
  if (is_short && !owes_continue_ && !is_last_) {
    is_discarding_ = true;
    body_taken_ = 0;
  } else {
    reading_ = Reading::kNothing;
    is_last_ = true;
  }
}

void Http1Engine::send_body() {
  while (sending_ == Sending::kBody && !is_waiting_ && ending_ == Ending::kNone &&
         out_.size() < links_.limits.queued_bytes_mark) {
    if (!send_piece()) return;
  }
}

bool Http1Engine::send_piece() {
  const std::size_t ahead = is_chunking_ ? kChunkHeadBytes : 0;
  const std::size_t behind = is_chunking_ ? 2 : 0;
  std::size_t wanted = kPieceBytes;
  // One more than is left, so that a stream that gives too much is noticed.
  if (source_.length()) {
    wanted = static_cast<std::size_t>(std::min<uint64_t>(wanted, source_.left() + 1));
  }
  const auto room = out_.reserve(ahead + wanted + behind);
  was_woken_ = false;
  const auto read = source_.read(room.subspan(ahead, wanted));
  if (!read) {
    links_.counters.answers_broken.add();
    links_.log.error("answer_broken", {{"path", request_->path}, {"error", read.error().message}});
    ending_ = Ending::kBreak;
    return false;
  }
  if (read->bytes > 0) {
    if (is_chunking_) write_chunk_head(room.first(ahead), read->bytes);
    out_.commit(ahead + read->bytes);
    if (is_chunking_) out_.append("\r\n");
  }
  if (read->state == AnswerBody::State::kEnd) {
    if (is_chunking_) out_.append("0\r\n\r\n");
    finish_exchange();
  }
  is_waiting_ = read->state == AnswerBody::State::kWait && !was_woken_;
  return !is_waiting_;
}

void Http1Engine::finish_exchange() {
  sending_ = Sending::kSent;
  source_ = AnswerSource();
  session_.reset();
  if (is_last_) {
    const bool is_clean = reading_ == Reading::kWhole && in_.empty();
    ending_ = is_clean ? Ending::kClose : Ending::kLinger;
  } else if (reading_ == Reading::kWhole) {
    await_next_request();
  }
}

void Http1Engine::await_next_request() {
  if (request_.use_count() == 1) {
    reuse(*request_);
  } else {
    request_.reset();
  }
  reading_ = Reading::kHead;
  sending_ = Sending::kNothing;
  is_paused_ = is_discarding_ = is_waiting_ = false;
  is_chunking_ = owes_continue_ = has_end_waiting_ = false;
  since_ms_ = links_.loop.monotonic_ms();
}

}  // namespace fogbank::proxy
