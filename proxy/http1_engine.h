// HTTP/1.0 and HTTP/1.1 on one connection (RFC 9112): requests one after the other, pipelined
// ones wait in a bounded buffer.
#pragma once

#include <memory>
#include <optional>

#include "proxy/answer_source.h"
#include "proxy/engine.h"
#include "proxy/http1_chunks.h"
#include "proxy/http1_parser.h"

namespace fogbank::proxy {

class Http1Engine final : public Engine, private core::HttpExchange {
 public:
  Http1Engine(const EngineLinks& links, std::shared_ptr<const core::ConnectionFacts> facts,
              ByteQueue& out, EngineDriver& driver);
  ~Http1Engine() override;

  void take(std::span<const std::byte> bytes) override;
  void take_end() override;
  void advance() override;
  [[nodiscard]] bool wants_input() const override;
  [[nodiscard]] Ending ending() const override { return ending_; }
  void check_time(const TimeCheck& check) override;
  void drain() override;

 private:
  // What the next input byte belongs to. kWhole: the request is complete, what follows waits.
  enum class Reading : uint8_t { kHead, kLength, kChunked, kWhole, kNothing };
  enum class Sending : uint8_t { kNothing, kBody, kSent };

  core::EventLoop& loop() override { return links_.loop; }
  void answer(core::HttpAnswer answer) override;
  void resume_body() override;
  void wake_answer() override;

  [[nodiscard]] bool is_reading_body() const {
    return reading_ == Reading::kLength || reading_ == Reading::kChunked;
  }
  [[nodiscard]] bool has_answer() const { return answer_ || sending_ != Sending::kNothing; }
  // Consume a part of the input and return how much; 0 if they cannot go on.
  std::size_t parse(std::span<const std::byte> bytes);
  std::size_t parse_step(std::span<const std::byte> bytes);
  std::size_t parse_head_bytes(std::span<const std::byte> bytes);
  std::size_t parse_length_body(std::span<const std::byte> bytes);
  std::size_t parse_chunked_body(std::span<const std::byte> bytes);
  void start_request(const Framing& framing);
  bool deliver(std::span<const std::byte> piece);  // false: the request has failed
  void end_body(std::span<const core::HttpHeader> trailers);

  void start_answer();
  void send_body();
  bool send_piece();  // false: nothing more for now
  void finish_exchange();
  void await_next_request();
  void settle_unread_body();
  void refuse(HttpFault fault);

  const EngineLinks& links_;
  std::shared_ptr<const core::ConnectionFacts> facts_;
  ByteQueue& out_;
  EngineDriver& driver_;

  ByteQueue in_;  // not consumed yet
  HeadScanner scanner_;
  ChunkedDecoder decoder_;
  Reading reading_ = Reading::kHead;
  Sending sending_ = Sending::kNothing;
  Ending ending_ = Ending::kNone;
  uint64_t body_left_ = 0;   // of Content-Length
  uint64_t body_taken_ = 0;  // so far
  bool has_served_ = false;  // at least one request
  bool is_paused_ = false;
  bool was_resumed_ = false;      // while the session was being called
  bool is_discarding_ = false;    // the answer was early; the rest of the body is dropped
  bool has_end_waiting_ = false;  // the body's end, for a session that has paused
  bool is_waiting_ = false;       // for wake_answer()
  bool was_woken_ = false;
  bool is_last_ = false;        // the connection closes after this answer
  bool owes_continue_ = false;  // the peer waits for 100 and has not got it
  bool is_chunking_ = false;    // the answer's body is sent in chunks
  int64_t since_ms_;            // of the last progress in what `reading_` says

  std::shared_ptr<core::HttpRequest> request_;
  std::unique_ptr<core::RequestSession> session_;
  std::optional<core::HttpAnswer> answer_;  // given and not begun to be sent
  AnswerSource source_;
};

}  // namespace fogbank::proxy
