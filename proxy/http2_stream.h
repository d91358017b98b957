// The state of one request of HTTP/2, and its exchange.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/http.h"
#include "proxy/answer_source.h"
#include "proxy/byte_queue.h"
#include "proxy/http2_engine.h"

namespace fogbank::proxy {

class Http2Stream final : public core::HttpExchange {
 public:
  explicit Http2Stream(Http2Engine& owner) : engine(owner) {}

  core::EventLoop& loop() override { return engine.loop(); }
  void answer(core::HttpAnswer given) override;
  void resume_body() override;
  void wake_answer() override;

  // Makes it as new, with the memory of its buffers.
  void clear();
  [[nodiscard]] bool has_answer() const { return given_answer || is_answering; }

  Http2Engine& engine;
  int32_t id = 0;
  std::size_t index = 0;  // among the engine's streams

  std::shared_ptr<core::HttpRequest> request;
  std::unique_ptr<core::RequestSession> session;
  ByteQueue pending;  // came while the session was paused; its window has not been given back
  std::string trailer_text;
  std::vector<core::HttpHeader> trailers;
  std::optional<core::HttpAnswer> given_answer;  // not submitted yet
  AnswerSource source;
  uint64_t body_bytes = 0;  // received
  uint64_t discarded_bytes = 0;
  int64_t since_ms = 0;    // of the last byte of body or answer
  bool has_begun = false;  // the head is complete
  bool has_ended = false;  // the peer has sent all
  bool owes_end = false;   // on_body_end() is still to be called
  bool is_paused = false;
  bool was_resumed = false;
  bool is_answering = false;
  bool has_answered = false;  // the last byte of the answer is sent
  bool is_waiting = false;    // for wake_answer()
  bool was_woken = false;
  bool is_deferred = false;  // nghttp2 does not ask for the body before it is resumed
  bool is_marked = false;
};

}  // namespace fogbank::proxy
