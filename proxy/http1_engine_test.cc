#include "proxy/http1_engine.h"

#include <doctest/doctest.h>

#include "proxy/testing.h"

namespace fogbank::proxy {
namespace {

using core::BodyFlow;
using core::HttpAnswer;
using core::HttpExchange;
using core::HttpRequest;
using testing::answer_of;
using testing::PieceBody;
using testing::Script;
using RequestPointer = std::shared_ptr<const HttpRequest>;

// An engine without a connection. Its loop does not run: time stands still.
class Bench final : private EngineDriver {
 public:
  explicit Bench(testing::Begin begin, const Limits& limits = {})
      : limits_(limits),
        loop_(std::move(*core::EventLoop::create())),
        handler_(std::move(begin)),
        counters_(metrics_),
        log_(2, core::LogLevel::kError),
        links_{*loop_, handler_, limits_, counters_, log_} {
    EngineDriver& driver = *this;
    engine_ = std::make_unique<Http1Engine>(links_, std::make_shared<const core::ConnectionFacts>(),
                                            out_, driver);
  }

  // Gives the bytes and everything that follows from them; returns what is sent.
  std::string exchange(std::string_view bytes) {
    engine_->take(core::as_bytes(bytes));
    return settle();
  }
  std::string settle() {
    std::string sent;
    do {
      was_woken_ = false;
      engine_->advance();
      sent += core::as_text(out_.front());
      if (!out_.empty()) was_woken_ = true;
      out_.consume(out_.size());
    } while (was_woken_);
    return sent;
  }
  std::string advance_once() {
    engine_->advance();
    return std::string(core::as_text(out_.front()));
  }
  [[nodiscard]] Http1Engine& engine() { return *engine_; }
  [[nodiscard]] core::Metrics& metrics() { return metrics_; }
  void destroy() { engine_.reset(); }
  [[nodiscard]] TimeCheck after(int64_t passed_ms) const {
    return {loop_->monotonic_ms() + passed_ms, limits_.idle_timeout_ms};
  }

 private:
  void wake() override { was_woken_ = true; }

  Limits limits_;
  std::unique_ptr<core::EventLoop> loop_;
  testing::ScriptedHandler handler_;
  core::Metrics metrics_;
  Counters counters_;
  core::Log log_;
  EngineLinks links_;
  ByteQueue out_;
  bool was_woken_ = false;
  std::unique_ptr<Http1Engine> engine_;
};

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

std::string ok(std::string_view body) {
  return "HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

Script answer_now(HttpExchange& exchange, HttpAnswer answer) {
  exchange.answer(std::move(answer));
  return {};
}

TEST_CASE("a request and its body reach the session, cut anywhere") {
  const std::string text =
      "PUT /k HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;x\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n" +
      get("/g");
  for (std::size_t split = 0; split <= text.size(); ++split) {
    CAPTURE(split);
    Bench bench(testing::describing);
    std::string sent = bench.exchange(std::string_view(text).substr(0, split));
    sent += bench.exchange(std::string_view(text).substr(split));
    CHECK(sent == ok("PUT /k 5 bytes") + ok("POST /c 5 bytes x-sum=1") + ok("GET /g 0 bytes"));
    CHECK(bench.engine().ending() == Ending::kNone);
  }
}

TEST_CASE("pipelined requests wait until the one before is answered") {
  std::vector<HttpExchange*> open;
  std::vector<std::string> paths;
  Bench bench([&](const RequestPointer& request, HttpExchange& exchange) {
    open.push_back(&exchange);
    paths.emplace_back(request->path);
    return Script{};
  });
  CHECK(bench.exchange(get("/1") + get("/2") + get("/3")).empty());
  CHECK(paths == std::vector<std::string>{"/1"});
  open.back()->answer(answer_of(200, "one"));
  CHECK(bench.settle() == ok("one"));
  CHECK(paths.size() == 2);
  open.back()->answer(answer_of(200, "two"));
  CHECK(bench.settle() == ok("two"));
  CHECK(paths.back() == "/3");
}

TEST_CASE("what waits behind an unanswered request is bounded") {
  Limits limits;
  limits.pipelined_bytes_max = 100;
  Bench bench([&](const RequestPointer&, HttpExchange&) { return Script{}; }, limits);
  bench.exchange(get("/1"));
  bench.exchange(std::string(99, 'a'));
  CHECK(bench.engine().wants_input());
  bench.exchange("a");
  CHECK(!bench.engine().wants_input());
}

TEST_CASE("100 is sent unless the answer comes first") {
  const std::string head =
      "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n";
  Bench bench(testing::describing);
  CHECK(bench.exchange(head) == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(bench.exchange("ab") == ok("PUT / 2 bytes"));

  Bench refusing([](const RequestPointer&, HttpExchange& exchange) {
    return answer_now(exchange, answer_of(403, "no"));
  });
  const std::string sent = refusing.exchange(head);
  CHECK(sent.starts_with("HTTP/1.1 403 Forbidden\r\n"));
  CHECK(sent.find("connection: close") != std::string::npos);
  CHECK(refusing.engine().ending() == Ending::kLinger);
}

TEST_CASE("an early answer drops a short rest of the body and keeps the connection") {
  int bodies = 0;
  Bench bench([&](const RequestPointer& request, HttpExchange& exchange) {
    if (request->path == "/early") exchange.answer(answer_of(200, "early"));
    if (request->path == "/late") exchange.answer(answer_of(200, "late"));
    Script script;
    script.on_body = [&](std::string_view) {
      ++bodies;
      return BodyFlow::kContinue;
    };
    return script;
  });
  const std::string head = "PUT /early HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n";
  CHECK(bench.exchange(head + "12345") == ok("early"));
  CHECK(bench.engine().wants_input());
  CHECK(bench.exchange("67890" + get("/late")) == ok("late"));
  CHECK(bodies == 0);
}

TEST_CASE("an early answer to a long body closes the connection") {
  Limits limits;
  limits.discarded_bytes_max = 10;
  const auto refuse = [](const RequestPointer&, HttpExchange& exchange) {
    return answer_now(exchange, answer_of(403, ""));
  };
  for (const bool is_above : {false, true}) {
    CAPTURE(is_above);
    Bench bench(refuse, limits);
    const std::string length = is_above ? "11" : "10";
    const auto sent =
        bench.exchange("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n");
    CHECK((sent.find("connection: close") != std::string::npos) == is_above);
    CHECK((bench.engine().ending() == Ending::kLinger) == is_above);
  }
  Bench chunked(refuse, limits);
  chunked.exchange("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  chunked.exchange("a\r\n0123456789\r\n");
  CHECK(chunked.engine().ending() == Ending::kNone);
  chunked.exchange("1\r\n0\r\n");
  CHECK(chunked.engine().ending() == Ending::kLinger);
}

TEST_CASE("a paused session gets no more until it resumes, then the end") {
  HttpExchange* open = nullptr;
  std::string body;
  bool has_ended = false;
  Bench bench([&](const RequestPointer&, HttpExchange& exchange) {
    open = &exchange;
    Script script;
    script.on_body = [&](std::string_view piece) {
      body += piece;
      return BodyFlow::kPause;
    };
    script.on_end = [&](auto trailers) {
      has_ended = true;
      CHECK(trailers.size() == 1);
    };
    return script;
  });
  bench.exchange(
      "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n");
  CHECK(body == "a");
  CHECK(!bench.engine().wants_input());
  open->resume_body();
  bench.settle();
  CHECK(body == "ab");
  open->resume_body();
  bench.exchange("1\r\nc\r\n0\r\nx: y\r\n\r\n");
  CHECK(body == "abc");
  CHECK(!has_ended);
  open->resume_body();
  bench.settle();
  CHECK(has_ended);
}

TEST_CASE("a session may resume before its pause is returned") {
  std::string body;
  Bench bench([&](const RequestPointer&, HttpExchange& exchange) {
    Script script;
    script.on_body = [&](std::string_view piece) {
      body += piece;
      exchange.resume_body();
      return BodyFlow::kPause;
    };
    return script;
  });
  bench.exchange("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab");
  bench.exchange("cd");
  CHECK(body == "abcd");
}

TEST_CASE("answers are framed by method, status and version") {
  const auto streamed = [](std::optional<uint64_t> declared) {
    HttpAnswer answer;
    answer.stream = std::make_unique<PieceBody>(std::vector<std::string>{"ab", "c"});
    answer.declared_bytes = declared;
    return answer;
  };
  const auto declared = [](int status, uint64_t bytes) {
    HttpAnswer answer = answer_of(status, "");
    answer.declared_bytes = bytes;
    return answer;
  };
  struct Row {
    const char* name;
    const char* method;
    const char* version;
    std::function<HttpAnswer()> answer;
    const char* sent;
  };
  const Row rows[] = {
      {"empty", "GET", "1.1", [&] { return answer_of(200, ""); },
       "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"},
      {"unknown status", "GET", "1.1", [&] { return answer_of(299, "x"); },
       "HTTP/1.1 299 \r\ncontent-length: 1\r\n\r\nx"},
      {"stream of known length", "GET", "1.1", [&] { return streamed(3); },
       "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc"},
      {"stream of unknown length", "GET", "1.1", [&] { return streamed({}); },
       "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
       "00002\r\nab\r\n00001\r\nc\r\n0\r\n\r\n"},
      {"the same in HTTP/1.0", "GET", "1.0", [&] { return streamed({}); },
       "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc"},
      {"HEAD with a declared length", "HEAD", "1.1", [&] { return declared(200, 5000); },
       "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n"},
      {"HEAD with the body of GET", "HEAD", "1.1", [&] { return answer_of(200, "abc"); },
       "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n"},
      {"HEAD without a length", "HEAD", "1.1", [&] { return answer_of(404, ""); },
       "HTTP/1.1 404 Not Found\r\n\r\n"},
      {"no content", "DELETE", "1.1", [&] { return answer_of(204, "ignored"); },
       "HTTP/1.1 204 No Content\r\n\r\n"},
      {"not modified", "GET", "1.1", [&] { return declared(304, 7); },
       "HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    Bench bench([&](const RequestPointer&, HttpExchange& exchange) {
      return answer_now(exchange, row.answer());
    });
    CHECK(bench.exchange(std::string(row.method) + " / HTTP/" + row.version +
                         "\r\nHost: h\r\n\r\n") == row.sent);
    const bool is_old = row.version == std::string_view("1.0");
    CHECK((bench.engine().ending() == Ending::kClose) == is_old);
  }
}

TEST_CASE("fields that belong to the proxy are not sent twice, unsendable ones not at all") {
  const auto sent_with = [](std::string_view name, std::string_view value) {
    Bench bench([&](const RequestPointer&, HttpExchange& exchange) {
      HttpAnswer answer = answer_of(200, "x");
      answer.headers.add(name, value);
      return answer_now(exchange, std::move(answer));
    });
    return bench.exchange(get("/"));
  };
  CHECK(sent_with("X-Amz-Id", "1") ==
        "HTTP/1.1 200 OK\r\nX-Amz-Id: 1\r\ncontent-length: 1\r\n\r\nx");
  CHECK(sent_with("Content-Length", "9") == ok("x"));
  CHECK(sent_with("alt-svc", "h3=\":443\"") == ok("x"));
  const std::string refused = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n";
  CHECK(sent_with("a", "b\r\nc: d") == refused);
  CHECK(sent_with("a b", "c") == refused);
}

TEST_CASE("a body that fails or has another length than declared breaks the connection") {
  struct Row {
    const char* name;
    std::vector<std::string> pieces;
    std::optional<uint64_t> declared;
  };
  const Row rows[] = {
      {"fails", {"a", "!"}, 5},
      {"fails without length", {"a", "!"}, {}},
      {"too short", {"a"}, 5},
      {"too long", {"ab", "cdef"}, 5},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    Bench bench([&](const RequestPointer&, HttpExchange& exchange) {
      HttpAnswer answer;
      answer.stream = std::make_unique<PieceBody>(row.pieces);
      answer.declared_bytes = row.declared;
      return answer_now(exchange, std::move(answer));
    });
    bench.exchange(get("/"));
    CHECK(bench.engine().ending() == Ending::kBreak);
    CHECK(bench.metrics().counter("fogbank_proxy_answers_broken_total").value() == 1);
  }
}

TEST_CASE("a streamed answer waits for its wake-up and for room") {
  HttpExchange* open = nullptr;
  Limits limits;
  limits.queued_bytes_mark = 1000;
  Bench bench(
      [&](const RequestPointer&, HttpExchange& exchange) {
        open = &exchange;
        HttpAnswer answer;
        answer.stream = std::make_unique<PieceBody>(std::vector<std::string>{
            std::string(600, 'a'), "", std::string(600, 'b'), std::string(600, 'c')});
        answer.declared_bytes = 1800;
        return answer_now(exchange, std::move(answer));
      },
      limits);
  const std::string head = "HTTP/1.1 200 OK\r\ncontent-length: 1800\r\n\r\n";
  CHECK(bench.exchange(get("/")) == head + std::string(600, 'a'));
  open->wake_answer();
  CHECK(bench.advance_once() == std::string(600, 'b') + std::string(600, 'c'));
}

TEST_CASE("production stops at the mark of queued bytes") {
  Limits limits;
  limits.queued_bytes_mark = 1000;
  Bench bench(
      [&](const RequestPointer&, HttpExchange& exchange) {
        return answer_now(exchange, answer_of(200, std::string(1'000'000, 'x')));
      },
      limits);
  bench.engine().take(core::as_bytes(get("/")));
  CHECK(bench.advance_once().size() < 70'000);
  CHECK(!bench.engine().wants_input());
}

TEST_CASE("a malformed request is answered once, counted, and ends the connection") {
  Bench bench(testing::describing);
  const std::string sent =
      bench.exchange(get("/1") + "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n" + get("/3"));
  CHECK(sent.starts_with(ok("GET /1 0 bytes") + "HTTP/1.1 400 Bad Request\r\n"));
  CHECK(sent.find("/3") == std::string::npos);
  CHECK(bench.engine().ending() == Ending::kLinger);
  CHECK(bench.metrics()
            .counter("fogbank_proxy_requests_refused_total", "reason=\"target\"")
            .value() == 1);
}

TEST_CASE("a body over its limit is refused by its length or when it grows") {
  Limits limits;
  limits.body_bytes_max = 4;
  for (const std::string_view body :
       {"Content-Length: 5\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n"}) {
    CAPTURE(body);
    bool is_destroyed = body.starts_with("Content");
    Bench bench(
        [&](const RequestPointer&, HttpExchange&) {
          Script script;
          script.on_destroy = [&] { is_destroyed = true; };
          return script;
        },
        limits);
    const auto sent = bench.exchange("PUT / HTTP/1.1\r\nHost: h\r\n" + std::string(body));
    CHECK(sent.starts_with("HTTP/1.1 413 "));
    CHECK(is_destroyed);
  }
  Bench bench(testing::describing, limits);
  CHECK(bench.exchange("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd") ==
        ok("PUT / 4 bytes"));
}

TEST_CASE("a peer that ends its side destroys the session it waits for") {
  for (const std::string_view text : {"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                                      "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab"}) {
    CAPTURE(text);
    bool is_destroyed = false;
    Bench bench([&](const RequestPointer&, HttpExchange&) {
      Script script;
      script.on_destroy = [&] { is_destroyed = true; };
      return script;
    });
    bench.exchange(text);
    CHECK(!is_destroyed);
    bench.engine().take_end();
    CHECK(is_destroyed);
    CHECK(bench.settle().empty());
    CHECK(bench.engine().ending() == Ending::kClose);
    CHECK(bench.metrics().counter("fogbank_proxy_peers_gone_total").value() == 1);
  }
}

TEST_CASE("an answer that is being sent is finished for a peer that has ended its side") {
  HttpExchange* open = nullptr;
  Bench bench([&](const RequestPointer&, HttpExchange& exchange) {
    open = &exchange;
    HttpAnswer answer;
    answer.stream = std::make_unique<PieceBody>(std::vector<std::string>{"a", "", "b"});
    answer.declared_bytes = 2;
    return answer_now(exchange, std::move(answer));
  });
  bench.exchange(get("/"));
  bench.engine().take_end();
  open->wake_answer();
  CHECK(bench.settle() == "b");
  CHECK(bench.engine().ending() != Ending::kNone);
}

TEST_CASE("slow peers are cut off by what they are late with") {
  const Limits limits;
  const auto keep_open = [](const RequestPointer&, HttpExchange&) { return Script{}; };
  struct Row {
    const char* name;
    std::string_view text;
    int64_t limit_ms;
    Ending ending;
    std::string_view status;
  };
  const Row rows[] = {
      {"idle", "", limits.idle_timeout_ms, Ending::kClose, ""},
      {"head", "GET / HT", limits.head_timeout_ms, Ending::kLinger, "HTTP/1.1 408 "},
      {"body", "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab",
       limits.body_stall_timeout_ms, Ending::kLinger, "HTTP/1.1 408 "},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    Bench bench(keep_open, limits);
    bench.exchange(row.text);
    bench.engine().check_time(bench.after(row.limit_ms - 1));
    CHECK(bench.engine().ending() == Ending::kNone);
    bench.engine().check_time(bench.after(row.limit_ms));
    CHECK(bench.engine().ending() == row.ending);
    CHECK(bench.settle().starts_with(row.status));
  }
  Bench waiting(keep_open, limits);
  waiting.exchange(get("/long-poll"));
  waiting.engine().check_time(waiting.after(3'600'000));
  CHECK(waiting.engine().ending() == Ending::kNone);
}

TEST_CASE("draining closes idle connections and announces the close on others") {
  Bench idle(testing::describing);
  idle.exchange(get("/"));
  idle.engine().drain();
  CHECK(idle.engine().ending() == Ending::kClose);

  Bench fresh(testing::describing);
  fresh.engine().drain();
  CHECK(fresh.engine().ending() == Ending::kNone);
  CHECK(fresh.exchange(get("/")).find("connection: close") != std::string::npos);
  CHECK(fresh.engine().ending() == Ending::kClose);

  HttpExchange* open = nullptr;
  Bench busy([&](const RequestPointer&, HttpExchange& exchange) {
    open = &exchange;
    return Script{};
  });
  busy.exchange(get("/"));
  busy.engine().drain();
  CHECK(busy.engine().ending() == Ending::kNone);
  open->answer(answer_of(200, ""));
  CHECK(busy.settle() == "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  CHECK(busy.engine().ending() == Ending::kClose);
}

}  // namespace
}  // namespace fogbank::proxy
