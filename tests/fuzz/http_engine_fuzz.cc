// Both engines of HTTP with a handler that pauses, answers early, late and in pieces: no input
// does harm, every session is ended, and what is queued stays bounded. The first byte chooses
// the version, the second how the input is cut.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/check.h"
#include "core/text.h"
#include "proxy/http1_engine.h"
#include "proxy/http2_engine.h"

namespace {

using namespace fogbank;  // one file, one subject
using core::BodyFlow;
using core::check;
using core::HttpAnswer;

// Two pieces with a wait between them.
class WaitingBody final : public core::AnswerBody {
 public:
  core::Result<Read> read(std::span<std::byte> into) override {
    if (++calls_ == 2) return Read{0, State::kWait};
    into.front() = std::byte{'x'};
    return Read{1, calls_ < 3 ? State::kMore : State::kEnd};
  }

 private:
  int calls_ = 0;
};

// What is to be done for the sessions once the engine has returned.
struct Chores {
  std::vector<core::HttpExchange*> to_resume;
  std::vector<core::HttpExchange*> to_answer;
  std::vector<core::HttpExchange*> to_wake;
  int sessions = 0;
};

HttpAnswer small_answer() {
  HttpAnswer answer;
  answer.headers.add("X-Amz-Id", "1");
  answer.body = "ok";
  return answer;
}

class FuzzSession final : public core::RequestSession {
 public:
  FuzzSession(std::shared_ptr<const core::HttpRequest> request, core::HttpExchange& exchange,
              Chores& chores)
      : request_(std::move(request)), exchange_(exchange), chores_(chores) {
    ++chores_.sessions;
    is_answered_ = starts("/early");
    if (is_answered_) exchange_.answer(small_answer());
  }
  ~FuzzSession() override {
    --chores_.sessions;
    for (auto* list : {&chores_.to_resume, &chores_.to_answer, &chores_.to_wake}) {
      std::erase(*list, &exchange_);
    }
  }
  BodyFlow on_body(std::span<const std::byte> piece) override {
    check(!is_answered_ && !has_ended_ && !is_paused(), "a body is delivered to who wants it");
    check(!piece.empty(), "a piece has bytes");
    if (!starts("/pause")) return BodyFlow::kContinue;
    chores_.to_resume.push_back(&exchange_);
    return BodyFlow::kPause;
  }
  void on_body_end(std::span<const core::HttpHeader>) override {
    check(!is_answered_ && !has_ended_ && !is_paused(), "a body ends once");
    has_ended_ = true;
    if (starts("/late")) return chores_.to_answer.push_back(&exchange_);
    HttpAnswer answer = small_answer();
    if (starts("/wait")) {
      answer.stream = std::make_unique<WaitingBody>();
      chores_.to_wake.push_back(&exchange_);
    }
    exchange_.answer(std::move(answer));
    is_answered_ = true;
  }

 private:
  [[nodiscard]] bool starts(std::string_view prefix) const {
    return request_->path.starts_with(prefix);
  }
  [[nodiscard]] bool is_paused() const {
    return std::ranges::find(chores_.to_resume, &exchange_) != chores_.to_resume.end();
  }

  std::shared_ptr<const core::HttpRequest> request_;
  core::HttpExchange& exchange_;
  Chores& chores_;
  bool is_answered_ = false;
  bool has_ended_ = false;
};

class FuzzHandler final : public core::RequestHandler {
 public:
  explicit FuzzHandler(Chores& chores) : chores_(chores) {}
  std::unique_ptr<core::RequestSession> begin(std::shared_ptr<const core::HttpRequest> request,
                                              core::HttpExchange& exchange) override {
    check(request->path == "*" || request->path.starts_with('/'), "a path starts with a slash");
    return std::make_unique<FuzzSession>(std::move(request), exchange, chores_);
  }

 private:
  Chores& chores_;
};

class NoDriver final : public proxy::EngineDriver {
 public:
  void wake() override {}
};

void do_chores(Chores& chores) {
  for (auto* exchange : std::exchange(chores.to_resume, {})) exchange->resume_body();
  for (auto* exchange : std::exchange(chores.to_answer, {})) exchange->answer(small_answer());
  for (auto* exchange : std::exchange(chores.to_wake, {})) exchange->wake_answer();
}

void run(proxy::Engine& engine, proxy::ByteQueue& out, Chores& chores, std::string_view input,
         std::size_t step) {
  constexpr std::size_t kOutBytesMax = 256 * 1024;
  for (int round = 0; round < 10'000 && engine.ending() == proxy::Ending::kNone; ++round) {
    engine.advance();
    check(out.size() < kOutBytesMax, "output is bounded");
    out.consume(out.size());
    if (!input.empty() && engine.wants_input()) {
      engine.take(core::as_bytes(input.substr(0, step)));
      input.remove_prefix(std::min(step, input.size()));
    } else if (input.empty() && round % 4 == 3) {
      engine.take_end();
    }
    if (round % 3 == 0) do_chores(chores);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const auto loop = std::move(*core::EventLoop::create());
  proxy::Limits limits;
  limits.body_bytes_max = 1000;
  limits.discarded_bytes_max = 100;
  limits.head_bytes_max = 2000;
  Chores chores;
  FuzzHandler handler(chores);
  static core::Metrics metrics;
  static proxy::Counters counters(metrics);
  static core::Log log(-1, core::LogLevel::kError);  // to nowhere
  const proxy::EngineLinks links{*loop, handler, limits, counters, log};
  proxy::ByteQueue out;
  NoDriver driver;
  const auto facts = std::make_shared<const core::ConnectionFacts>();
  std::unique_ptr<proxy::Engine> engine;
  if (data[0] % 2 == 0) {
    engine = std::make_unique<proxy::Http1Engine>(links, facts, out, driver);
  } else {
    engine = std::make_unique<proxy::Http2Engine>(links, facts, out, driver);
    engine->take(core::as_bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  }
  run(*engine, out, chores, text.substr(2), data[1] % 64 + std::size_t{1});
  engine.reset();
  check(chores.sessions == 0, "every session is ended");
  return 0;
}
