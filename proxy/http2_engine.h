// HTTP/2 on one connection (RFC 9113): nghttp2 knows the frames, this knows requests, sessions
// and flow control: a peer gets new window only for what a session has taken.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/engine.h"
#include "proxy/http2_fields.h"
#include "proxy/nghttp2.h"

namespace fogbank::proxy {

class Http2Stream;

class Http2Engine final : public Engine {
 public:
  Http2Engine(const EngineLinks& links, std::shared_ptr<const core::ConnectionFacts> facts,
              ByteQueue& out, EngineDriver& driver);
  ~Http2Engine() override;

  void take(std::span<const std::byte> bytes) override;
  void take_end() override;
  void advance() override;
  [[nodiscard]] bool wants_input() const override;
  [[nodiscard]] Ending ending() const override;
  void check_time(const TimeCheck& check) override;
  void drain() override;

  // For the streams: there is something to do for `stream`, not now but soon.
  void mark(Http2Stream& stream);
  void note_broken_answer(Http2Stream& stream, const core::Error& error);
  [[nodiscard]] core::EventLoop& loop() { return links_.loop; }

 private:
  struct Callbacks;  // nghttp2's way back to here

  [[nodiscard]] static UniqueHttp2Callbacks make_callbacks();
  void send_settings();
  [[nodiscard]] Http2Stream* stream_of(int32_t id) const;

  // What nghttp2 tells, from within take() or advance().
  void begin_fields(const nghttp2_frame& frame);
  void end_frame(const nghttp2_frame& frame);
  void end_fields(const nghttp2_frame& frame, Http2Stream& stream);
  void take_body(int32_t id, std::span<const std::byte> bytes);
  void end_answer(int32_t id);
  void close_stream(int32_t id);
  void note_control_frame();
  void answer_fault(Http2Stream& stream, HttpFault fault);

  void start_request(Http2Stream& stream);
  void discard_body(Http2Stream& stream, std::size_t bytes);
  void give_piece(Http2Stream& stream, std::span<const std::byte> bytes);
  void serve_marked();
  void serve(Http2Stream& stream);
  void submit_answer(Http2Stream& stream);
  void make_answer_fields(const core::HttpAnswer& answer, std::optional<uint64_t> length);
  void reset(const Http2Stream& stream, uint32_t error_code);
  void release(Http2Stream& stream);
  void check_stream_time(Http2Stream& stream, int64_t now_ms);
  void fail(core::Counter& reason);

  const EngineLinks& links_;
  std::shared_ptr<const core::ConnectionFacts> facts_;
  ByteQueue& out_;
  EngineDriver& driver_;
  Http2Fields fields_;
  Ending ending_ = Ending::kNone;
  bool has_served_ = false;  // at least one request
  enum class Drain : uint8_t { kNo, kAnnounced, kFinal };
  Drain drain_ = Drain::kNo;
  int64_t idle_since_ms_;
  int64_t control_frames_left_;
  int64_t control_frames_at_ms_;  // when they were counted last

  std::vector<std::unique_ptr<Http2Stream>> streams_;  // in use
  std::vector<std::unique_ptr<Http2Stream>> spare_streams_;
  std::vector<Http2Stream*> marked_;
  // Of one answer's fields; here to keep their memory.
  std::string answer_text_;
  std::vector<nghttp2_nv> answer_fields_;
  UniqueHttp2Session session_;  // last, because its end may call back
};

}  // namespace fogbank::proxy
