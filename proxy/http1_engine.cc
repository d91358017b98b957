#include "proxy/http1_engine.h"

#include <algorithm>

#include "core/text.h"
#include "proxy/http1_answer.h"

namespace fogbank::proxy {
namespace {

using core::AnswerBody;
using core::BodyFlow;
using core::HttpAnswer;
using core::HttpRequest;
using core::HttpVersion;

HeadLimits head_limits(const Limits& limits) {
  return {limits.request_line_bytes_max, limits.head_bytes_max, limits.fields_max};
}

ChunkLimits chunk_limits(const Limits& limits) {
  ChunkLimits chunk;
  chunk.trailer_bytes_max = limits.trailer_bytes_max;
  chunk.trailers_max = limits.trailers_max;
  return chunk;
}

}  // namespace

Http1Engine::Http1Engine(const EngineLinks& links,
                         std::shared_ptr<const core::ConnectionFacts> facts, ByteQueue& out,
                         EngineDriver& driver)
    : links_(links),
      facts_(std::move(facts)),
      out_(out),
      driver_(driver),
      scanner_(head_limits(links.limits)),
      decoder_(chunk_limits(links.limits)),
      since_ms_(links.loop.monotonic_ms()) {}

Http1Engine::~Http1Engine() {
  if (session_) links_.counters.peers_gone.add();
  session_.reset();  // before the exchange it refers to
}

// ---- input

void Http1Engine::take(std::span<const std::byte> bytes) {
  if (reading_ == Reading::kHead && in_.empty()) since_ms_ = links_.loop.monotonic_ms();
  if (is_reading_body()) since_ms_ = links_.loop.monotonic_ms();
  if (in_.empty()) {
    in_.append(bytes.subspan(parse(bytes)));
  } else {
    in_.append(bytes);
    in_.consume(parse(in_.front()));
  }
}

void Http1Engine::take_end() {
  if (ending_ != Ending::kNone) return;
  is_last_ = true;
  if (has_answer()) {
    reading_ = Reading::kNothing;
    if (sending_ == Sending::kSent) ending_ = Ending::kClose;
    return;
  }
  if (is_reading_body() || (reading_ == Reading::kHead && !in_.empty())) {
    links_.counters.requests_cut.add();
  }
  // A peer that has ended its side while its request is served is gone: no client of AWS closes
  // one half of a connection, and a long poll must not answer into the void.
  if (session_) links_.counters.peers_gone.add();
  session_.reset();
  reading_ = Reading::kNothing;
  ending_ = Ending::kClose;
}

bool Http1Engine::wants_input() const {
  if (ending_ != Ending::kNone || out_.size() >= links_.limits.queued_bytes_mark) return false;
  switch (reading_) {
    case Reading::kHead:
      return true;
    case Reading::kLength:
    case Reading::kChunked:
      return !is_paused_ && (!has_answer() || is_discarding_);
    case Reading::kWhole:  // to learn that the peer has gone
      return in_.size() < links_.limits.pipelined_bytes_max;
    case Reading::kNothing:
      return false;
  }
  return false;
}

std::size_t Http1Engine::parse(std::span<const std::byte> bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && ending_ == Ending::kNone) {
    const std::size_t step = parse_step(bytes.subspan(used));
    if (step == 0) break;
    used += step;
  }
  return used;
}

std::size_t Http1Engine::parse_step(std::span<const std::byte> bytes) {
  if (is_reading_body() && (is_paused_ || (has_answer() && !is_discarding_))) return 0;
  switch (reading_) {
    case Reading::kHead:
      return parse_head_bytes(bytes);
    case Reading::kLength:
      return parse_length_body(bytes);
    case Reading::kChunked:
      return parse_chunked_body(bytes);
    default:
      return 0;
  }
}

std::size_t Http1Engine::parse_head_bytes(std::span<const std::byte> bytes) {
  const std::string_view text = core::as_text(bytes);
  const auto end = scanner_.scan(text);
  if (!end) {
    refuse(end.error());
    return 0;
  }
  if (*end == 0) return 0;
  scanner_.reset();
  if (!request_) request_ = std::make_shared<HttpRequest>();
  request_->buffer.assign(text.substr(0, *end));
  const auto framing = parse_head(*request_);
  if (!framing) {
    refuse(framing.error());
  } else if (request_->body_bytes.value_or(0) > links_.limits.body_bytes_max) {
    refuse(HttpFault::kBodyTooLarge);
  } else {
    start_request(*framing);
  }
  return *end;
}

void Http1Engine::start_request(const Framing& framing) {
  links_.counters.requests_http1.add();
  has_served_ = true;
  request_->scheme = facts_->is_tls ? "https" : "http";
  request_->connection = facts_;
  is_last_ = is_last_ || !framing.keeps_alive;
  body_left_ = request_->body_bytes.value_or(0);
  body_taken_ = 0;
  owes_continue_ = framing.expects_continue;
  since_ms_ = links_.loop.monotonic_ms();
  reading_ = !request_->has_body  ? Reading::kWhole
             : framing.is_chunked ? Reading::kChunked
                                  : Reading::kLength;
  decoder_.reset();
  session_ = links_.handler.begin(request_, *this);
  core::check(session_ != nullptr, "a handler gives every request a session");
  if (answer_) return;
  if (owes_continue_) {
    out_.append("HTTP/1.1 100 Continue\r\n\r\n");
    owes_continue_ = false;
  }
  if (reading_ == Reading::kWhole) session_->on_body_end({});
}

std::size_t Http1Engine::parse_length_body(std::span<const std::byte> bytes) {
  const auto size = static_cast<std::size_t>(std::min<uint64_t>(bytes.size(), body_left_));
  body_left_ -= size;
  if (!deliver(bytes.first(size))) return 0;
  if (body_left_ == 0) end_body({});
  return size;
}

std::size_t Http1Engine::parse_chunked_body(std::span<const std::byte> bytes) {
  const auto step = decoder_.decode(bytes);
  if (!step) {
    refuse(step.error());
    return 0;
  }
  if (!step->piece.empty() && !deliver(step->piece)) return 0;
  if (step->is_end) end_body(decoder_.trailers());
  return step->consumed;
}

bool Http1Engine::deliver(std::span<const std::byte> piece) {
  body_taken_ += piece.size();
  if (body_taken_ > links_.limits.body_bytes_max) {
    refuse(HttpFault::kBodyTooLarge);
    return false;
  }
  if (is_discarding_) {
    if (body_taken_ <= links_.limits.discarded_bytes_max) return true;
    reading_ = Reading::kNothing;
    is_last_ = true;
    if (sending_ == Sending::kSent) ending_ = Ending::kLinger;
    return false;
  }
  was_resumed_ = false;
  const BodyFlow flow = session_->on_body(piece);
  is_paused_ = flow == BodyFlow::kPause && !was_resumed_;
  return true;
}

void Http1Engine::end_body(std::span<const core::HttpHeader> trailers) {
  reading_ = Reading::kWhole;
  if (is_discarding_) {
    if (sending_ == Sending::kSent) await_next_request();
    return;
  }
  // A session that paused hears of the end when it resumes.
  if (is_paused_) {
    has_end_waiting_ = true;
  } else if (!answer_) {
    session_->on_body_end(trailers);
  }
}

void Http1Engine::refuse(HttpFault fault) {
  links_.counters.fault(fault).add();
  session_.reset();
  answer_.reset();
  reading_ = Reading::kNothing;
  is_last_ = true;
  if (sending_ == Sending::kBody) {
    ending_ = Ending::kBreak;  // inside an early answer: nothing sensible can follow
    return;
  }
  if (sending_ == Sending::kNothing) append_refusal(out_, fault);
  ending_ = Ending::kLinger;
}

// ---- time

void Http1Engine::check_time(const TimeCheck& check) {
  const int64_t passed = check.now_ms - since_ms_;
  switch (reading_) {
    case Reading::kHead:
      if (in_.empty() && passed >= check.idle_timeout_ms) {
        links_.counters.timeouts_idle.add();
        ending_ = Ending::kClose;
      } else if (!in_.empty() && passed >= links_.limits.head_timeout_ms) {
        refuse(HttpFault::kTimeout);
      }
      return;
    case Reading::kLength:
    case Reading::kChunked:
      if (wants_input() && passed >= links_.limits.body_stall_timeout_ms) {
        refuse(HttpFault::kTimeout);
      }
      return;
    default:
      return;
  }
}

void Http1Engine::drain() {
  is_last_ = true;
  // A new connection has a request on its way, most likely: it has until the idle timeout.
  if (has_served_ && reading_ == Reading::kHead && in_.empty() && ending_ == Ending::kNone) {
    ending_ = Ending::kClose;
  }
}

}  // namespace fogbank::proxy
