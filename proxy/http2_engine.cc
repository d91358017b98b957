#include "proxy/http2_engine.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "proxy/http2_stream.h"

namespace fogbank::proxy {
namespace {

using core::BodyFlow;

Http2Engine& engine_of(void* user) { return *static_cast<Http2Engine*>(user); }

std::string_view text_of(nghttp2_rcbuf* buffer) {
  const nghttp2_vec bytes = ::nghttp2_rcbuf_get_buf(buffer);
  return {reinterpret_cast<const char*>(bytes.base), bytes.len};
}

// A frame that costs its receiver work and its sender nothing.
bool is_control(const nghttp2_frame& frame) {
  switch (frame.hd.type) {
    case NGHTTP2_PING:
    case NGHTTP2_SETTINGS:
    case NGHTTP2_RST_STREAM:
    case NGHTTP2_PRIORITY:
      return true;
    case NGHTTP2_DATA:
      return frame.hd.length == 0 && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0;
    default:
      return false;
  }
}

UniqueHttp2Option make_options() {
  nghttp2_option* raw = nullptr;
  core::check(::nghttp2_option_new(&raw) == 0, "memory for an HTTP/2 session");
  UniqueHttp2Option options(raw);
  ::nghttp2_option_set_no_auto_window_update(raw, 1);
  ::nghttp2_option_set_no_closed_streams(raw, 1);
  return options;
}

HeadLimits head_limits(const Limits& limits) {
  return {limits.request_line_bytes_max, limits.head_bytes_max, limits.fields_max};
}

}  // namespace

struct Http2Engine::Callbacks {
  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) noexcept {
    engine_of(user).begin_fields(*frame);
    return 0;
  }
  static int on_header(nghttp2_session*, const nghttp2_frame*, nghttp2_rcbuf* name,
                       nghttp2_rcbuf* value, uint8_t, void* user) noexcept {
    engine_of(user).fields_.add(text_of(name), text_of(value));
    return 0;
  }
  // Without this, nghttp2 would drop a malformed field and go on.
  static int on_invalid_header(nghttp2_session*, const nghttp2_frame*, nghttp2_rcbuf*,
                               nghttp2_rcbuf*, uint8_t, void* user) noexcept {
    engine_of(user).links_.counters.http2_malformed.add();
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // resets the stream
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) noexcept {
    engine_of(user).end_frame(*frame);
    return 0;
  }
  static int on_invalid_frame(nghttp2_session*, const nghttp2_frame* frame, int,
                              void* user) noexcept {
    if (frame->hd.type == NGHTTP2_HEADERS) engine_of(user).links_.counters.http2_malformed.add();
    return 0;
  }
  static int on_data(nghttp2_session*, uint8_t, int32_t id, const uint8_t* data, std::size_t bytes,
                     void* user) noexcept {
    engine_of(user).take_body(id, std::as_bytes(std::span(data, bytes)));
    return 0;
  }
  static int on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) noexcept {
    const bool carries_end = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
    if (carries_end && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      engine_of(user).end_answer(frame->hd.stream_id);
    }
    return 0;
  }
  static int on_close(nghttp2_session*, int32_t id, uint32_t, void* user) noexcept {
    engine_of(user).close_stream(id);
    return 0;
  }
};

UniqueHttp2Callbacks Http2Engine::make_callbacks() {
  nghttp2_session_callbacks* raw = nullptr;
  core::check(::nghttp2_session_callbacks_new(&raw) == 0, "memory for an HTTP/2 session");
  UniqueHttp2Callbacks callbacks(raw);
  ::nghttp2_session_callbacks_set_on_begin_headers_callback(raw, Callbacks::on_begin_headers);
  ::nghttp2_session_callbacks_set_on_header_callback2(raw, Callbacks::on_header);
  ::nghttp2_session_callbacks_set_on_invalid_header_callback2(raw, Callbacks::on_invalid_header);
  ::nghttp2_session_callbacks_set_on_frame_recv_callback(raw, Callbacks::on_frame);
  ::nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(raw, Callbacks::on_invalid_frame);
  ::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw, Callbacks::on_data);
  ::nghttp2_session_callbacks_set_on_frame_send_callback(raw, Callbacks::on_frame_sent);
  ::nghttp2_session_callbacks_set_on_stream_close_callback(raw, Callbacks::on_close);
  return callbacks;
}

Http2Engine::Http2Engine(const EngineLinks& links,
                         std::shared_ptr<const core::ConnectionFacts> facts, ByteQueue& out,
                         EngineDriver& driver)
    : links_(links),
      facts_(std::move(facts)),
      out_(out),
      driver_(driver),
      fields_(head_limits(links.limits)),
      idle_since_ms_(links.loop.monotonic_ms()),
      control_frames_left_(links.limits.control_frames_burst),
      control_frames_at_ms_(idle_since_ms_) {
  const UniqueHttp2Callbacks callbacks = make_callbacks();
  const UniqueHttp2Option options = make_options();
  nghttp2_session* raw = nullptr;
  core::check(::nghttp2_session_server_new2(&raw, callbacks.get(), this, options.get()) == 0,
              "memory for an HTTP/2 session");
  session_.reset(raw);
  send_settings();
}

Http2Engine::~Http2Engine() {
  // Sessions go while their exchanges are there.
  for (auto& stream : streams_) {
    if (stream->session && !stream->has_answered) links_.counters.peers_gone.add();
    stream->session.reset();
  }
}

void Http2Engine::send_settings() {
  const Limits& limits = links_.limits;
  const std::array<nghttp2_settings_entry, 4> settings = {{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams_max},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.stream_window_bytes},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(limits.head_bytes_max)},
      // RFC 9218 section 2.1: the priority tree of RFC 7540 is not used.
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  ::nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  ::nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0,
                                          static_cast<int32_t>(limits.connection_window_bytes));
}

Http2Stream* Http2Engine::stream_of(int32_t id) const {
  return static_cast<Http2Stream*>(::nghttp2_session_get_stream_user_data(session_.get(), id));
}

// ---- the connection

void Http2Engine::take(std::span<const std::byte> bytes) {
  if (ending_ != Ending::kNone) return;
  const ssize_t result = ::nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  if (result >= 0) return;
  fail(result == NGHTTP2_ERR_FLOODED ? links_.counters.http2_floods : links_.counters.http2_errors);
}

void Http2Engine::fail(core::Counter& reason) {
  reason.add();
  ending_ = Ending::kLinger;
}

void Http2Engine::take_end() { ending_ = Ending::kClose; }

bool Http2Engine::wants_input() const {
  return ending_ == Ending::kNone && ::nghttp2_session_want_read(session_.get()) != 0;
}

Ending Http2Engine::ending() const {
  if (ending_ != Ending::kNone) return ending_;
  const bool is_alive = ::nghttp2_session_want_read(session_.get()) != 0 ||
                        ::nghttp2_session_want_write(session_.get()) != 0;
  return is_alive ? Ending::kNone : Ending::kLinger;
}

void Http2Engine::advance() {
  serve_marked();
  while (ending_ == Ending::kNone && out_.size() < links_.limits.queued_bytes_mark) {
    const uint8_t* start = nullptr;
    const ssize_t bytes = ::nghttp2_session_mem_send(session_.get(), &start);
    if (bytes < 0) return fail(links_.counters.http2_errors);
    if (bytes == 0) return;
    out_.append(std::as_bytes(std::span(start, static_cast<std::size_t>(bytes))));
  }
}

void Http2Engine::drain() {
  if (drain_ != Drain::kNo || ending_ != Ending::kNone) return;
  drain_ = Drain::kAnnounced;
  // RFC 9113 section 6.8: the peer is told first, and requests that cross the notice are served
  // until the next look at the time. A connection that is idle has nothing to wait for; a new one
  // has a request on its way, most likely, and time until the idle timeout.
  if (!has_served_) return;
  if (streams_.empty()) {
    drain_ = Drain::kFinal;
    ::nghttp2_session_terminate_session(session_.get(), NGHTTP2_NO_ERROR);
  } else {
    ::nghttp2_submit_shutdown_notice(session_.get());
  }
}

void Http2Engine::check_time(const TimeCheck& check) {
  if (streams_.empty() && check.now_ms - idle_since_ms_ >= check.idle_timeout_ms) {
    links_.counters.timeouts_idle.add();
    ::nghttp2_session_terminate_session(session_.get(), NGHTTP2_NO_ERROR);
  }
  if (drain_ == Drain::kAnnounced && has_served_) {
    drain_ = Drain::kFinal;
    ::nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                            ::nghttp2_session_get_last_proc_stream_id(session_.get()),
                            NGHTTP2_NO_ERROR, nullptr, 0);
  }
  for (const auto& stream : streams_) check_stream_time(*stream, check.now_ms);
}

void Http2Engine::check_stream_time(Http2Stream& stream, int64_t now_ms) {
  const int64_t passed = now_ms - stream.since_ms;
  const bool is_sending = stream.is_answering && !stream.has_answered;
  const bool is_receiving = stream.has_begun && !stream.has_ended && !stream.is_paused;
  if (is_sending && !stream.is_waiting && passed >= links_.limits.write_stall_timeout_ms) {
    links_.counters.timeouts_write.add();
  } else if (!is_sending && is_receiving && passed >= links_.limits.body_stall_timeout_ms) {
    links_.counters.fault(HttpFault::kTimeout).add();
  } else {
    return;
  }
  reset(stream, NGHTTP2_CANCEL);
}

// A bucket that fills with time: resetting streams as fast as they are opened, or asking for
// acknowledgements without end, costs a peer nothing.
void Http2Engine::note_control_frame() {
  const Limits& limits = links_.limits;
  const int64_t now = links_.loop.monotonic_ms();
  const int64_t earned = (now - control_frames_at_ms_) * limits.control_frames_per_second / 1000;
  if (earned > 0) {
    control_frames_left_ =
        std::min<int64_t>(control_frames_left_ + earned, limits.control_frames_burst);
    control_frames_at_ms_ = now;
  }
  if (control_frames_left_-- > 0) return;
  links_.counters.http2_floods.add();
  ::nghttp2_session_terminate_session(session_.get(), NGHTTP2_ENHANCE_YOUR_CALM);
}

// ---- requests

void Http2Engine::begin_fields(const nghttp2_frame& frame) {
  fields_.start();
  if (frame.hd.type != NGHTTP2_HEADERS || frame.headers.cat != NGHTTP2_HCAT_REQUEST) return;
  std::unique_ptr<Http2Stream> stream;
  if (spare_streams_.empty()) {
    stream = std::make_unique<Http2Stream>(*this);
  } else {
    stream = std::move(spare_streams_.back());
    spare_streams_.pop_back();
  }
  stream->id = frame.hd.stream_id;
  stream->index = streams_.size();
  stream->since_ms = links_.loop.monotonic_ms();
  ::nghttp2_session_set_stream_user_data(session_.get(), stream->id, stream.get());
  streams_.push_back(std::move(stream));
}

void Http2Engine::end_frame(const nghttp2_frame& frame) {
  if (is_control(frame)) note_control_frame();
  if (frame.hd.type != NGHTTP2_HEADERS && frame.hd.type != NGHTTP2_DATA) return;
  Http2Stream* stream = stream_of(frame.hd.stream_id);
  if (stream == nullptr) return;
  stream->has_ended = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (frame.hd.type == NGHTTP2_HEADERS) end_fields(frame, *stream);
  if (!stream->has_ended || !stream->session || stream->has_answer()) return;
  stream->owes_end = true;
  if (!stream->is_paused) serve(*stream);
}

void Http2Engine::end_fields(const nghttp2_frame& frame, Http2Stream& stream) {
  if (frame.headers.cat == NGHTTP2_HCAT_REQUEST) return start_request(stream);
  const auto made = fields_.make_trailers(stream.trailer_text, stream.trailers);
  if (!made) answer_fault(stream, made.error());
}

void Http2Engine::start_request(Http2Stream& stream) {
  if (!stream.request) stream.request = std::make_shared<core::HttpRequest>();
  core::HttpRequest& request = *stream.request;
  stream.has_begun = true;
  const auto facts = fields_.make_request(request);
  if (!facts) return answer_fault(stream, facts.error());
  if (request.body_bytes.value_or(0) > links_.limits.body_bytes_max) {
    return answer_fault(stream, HttpFault::kBodyTooLarge);
  }
  links_.counters.requests_http2.add();
  has_served_ = true;
  request.scheme = facts_->is_tls ? "https" : "http";
  request.connection = facts_;
  request.has_body = !stream.has_ended;
  stream.session = links_.handler.begin(stream.request, stream);
  core::check(stream.session != nullptr, "a handler gives every request a session");
  if (facts->expects_continue && !stream.has_answer() && request.has_body) {
    std::string name = ":status";
    std::string value = "100";
    const nghttp2_nv status = {reinterpret_cast<uint8_t*>(name.data()),
                               reinterpret_cast<uint8_t*>(value.data()), name.size(), value.size(),
                               NGHTTP2_NV_FLAG_NONE};
    ::nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream.id, nullptr, &status, 1,
                             nullptr);
  }
}

void Http2Engine::take_body(int32_t id, std::span<const std::byte> bytes) {
  Http2Stream* stream = stream_of(id);
  if (stream == nullptr) {
    ::nghttp2_session_consume_connection(session_.get(), bytes.size());
    return;
  }
  stream->since_ms = links_.loop.monotonic_ms();
  stream->body_bytes += bytes.size();
  if (stream->body_bytes > links_.limits.body_bytes_max && !stream->has_answer()) {
    answer_fault(*stream, HttpFault::kBodyTooLarge);
  }
  if (stream->has_answer() || !stream->session) {
    discard_body(*stream, bytes.size());
  } else if (stream->is_paused || !stream->pending.empty()) {
    stream->pending.append(bytes);
  } else {
    give_piece(*stream, bytes);
  }
}

// The answer came early. The peer may send a short rest; of a long one it gets no window, and a
// reset once it has the answer (RFC 9113 section 8.1).
void Http2Engine::discard_body(Http2Stream& stream, std::size_t bytes) {
  stream.discarded_bytes += bytes;
  ::nghttp2_session_consume_connection(session_.get(), bytes);
  if (stream.discarded_bytes <= links_.limits.discarded_bytes_max) {
    ::nghttp2_session_consume_stream(session_.get(), stream.id, bytes);
  } else if (stream.has_answered) {
    reset(stream, NGHTTP2_NO_ERROR);
  }
}

void Http2Engine::give_piece(Http2Stream& stream, std::span<const std::byte> bytes) {
  stream.was_resumed = false;
  const BodyFlow flow = stream.session->on_body(bytes);
  stream.is_paused = flow == BodyFlow::kPause && !stream.was_resumed;
  ::nghttp2_session_consume(session_.get(), stream.id, bytes.size());
}

void Http2Engine::close_stream(int32_t id) {
  Http2Stream* stream = stream_of(id);
  if (stream != nullptr) release(*stream);
}

void Http2Engine::release(Http2Stream& stream) {
  if (stream.session && !stream.has_answered) links_.counters.peers_gone.add();
  stream.session.reset();
  if (!stream.pending.empty()) {
    ::nghttp2_session_consume_connection(session_.get(), stream.pending.size());
  }
  ::nghttp2_session_set_stream_user_data(session_.get(), stream.id, nullptr);
  if (stream.is_marked) std::ranges::replace(marked_, &stream, static_cast<Http2Stream*>(nullptr));
  const std::size_t index = stream.index;
  std::swap(streams_[index], streams_.back());
  streams_[index]->index = index;
  std::unique_ptr<Http2Stream> ended = std::move(streams_.back());
  streams_.pop_back();
  ended->clear();
  spare_streams_.push_back(std::move(ended));
  if (streams_.empty()) idle_since_ms_ = links_.loop.monotonic_ms();
}

void Http2Engine::reset(const Http2Stream& stream, uint32_t error_code) {
  ::nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id, error_code);
}

}  // namespace fogbank::proxy
