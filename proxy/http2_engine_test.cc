#include "proxy/http2_engine.h"

#include <doctest/doctest.h>

#include <map>

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
using Fields = std::vector<std::pair<std::string, std::string>>;
using RequestPointer = std::shared_ptr<const HttpRequest>;

struct Outcome {
  Fields fields;
  std::string body;
  bool has_ended = false;  // END_STREAM came
  std::optional<uint32_t> closed_with;
  [[nodiscard]] std::string field(std::string_view name) const {
    for (const auto& [key, value] : fields) {
      if (key == name) return value;
    }
    return {};
  }
  [[nodiscard]] std::string status() const { return field(":status"); }
};

// nghttp2's client, without a connection.
class Peer final {
 public:
  Peer() {
    nghttp2_session_callbacks* raw_callbacks = nullptr;
    ::nghttp2_session_callbacks_new(&raw_callbacks);
    const UniqueHttp2Callbacks callbacks(raw_callbacks);
    ::nghttp2_session_callbacks_set_on_header_callback(
        raw_callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                          std::size_t name_bytes, const uint8_t* value, std::size_t value_bytes,
                          uint8_t, void* user) noexcept {
          self(user).outcomes_[frame->hd.stream_id].fields.emplace_back(
              core::as_text(std::as_bytes(std::span(name, name_bytes))),
              core::as_text(std::as_bytes(std::span(value, value_bytes))));
          return 0;
        });
    ::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        raw_callbacks, [](nghttp2_session*, uint8_t, int32_t id, const uint8_t* data,
                          std::size_t bytes, void* user) noexcept {
          self(user).outcomes_[id].body += core::as_text(std::as_bytes(std::span(data, bytes)));
          return 0;
        });
    ::nghttp2_session_callbacks_set_on_frame_recv_callback(
        raw_callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) noexcept {
          self(user).see(*frame);
          return 0;
        });
    ::nghttp2_session_callbacks_set_on_stream_close_callback(
        raw_callbacks, [](nghttp2_session*, int32_t id, uint32_t error_code, void* user) noexcept {
          self(user).outcomes_[id].closed_with = error_code;
          return 0;
        });
    nghttp2_option* raw_option = nullptr;
    ::nghttp2_option_new(&raw_option);
    const UniqueHttp2Option option(raw_option);
    ::nghttp2_option_set_no_http_messaging(raw_option, 1);  // to be able to break its rules
    nghttp2_session* raw = nullptr;
    ::nghttp2_session_client_new2(&raw, raw_callbacks, this, raw_option);
    session.reset(raw);
    ::nghttp2_submit_settings(raw, NGHTTP2_FLAG_NONE, nullptr, 0);
  }

  // `body` is absent for a request that ends with its head. A body ends the stream unless held.
  int32_t request(const Fields& fields, std::optional<std::string> body = {},
                  const Fields& trailers = {}) {
    const auto id = static_cast<int32_t>(::nghttp2_session_get_next_stream_id(session.get()));
    Upload& upload = uploads_[id];
    upload.trailers = trailers;
    if (body) upload.bytes = *body;
    auto list = list_of(fields);
    const nghttp2_data_provider provider = {{.ptr = &upload}, read};
    ::nghttp2_submit_request(session.get(), nullptr, list.data(), list.size(),
                             body ? &provider : nullptr, nullptr);
    return id;
  }
  void hold(int32_t id) { uploads_[id].is_held = true; }
  void send_more(int32_t id, std::string_view bytes) {
    uploads_[id].bytes += bytes;
    ::nghttp2_session_resume_data(session.get(), id);
  }
  void release(int32_t id) {
    uploads_[id].is_held = false;
    ::nghttp2_session_resume_data(session.get(), id);
  }

  [[nodiscard]] Outcome& of(int32_t id) { return outcomes_[id]; }
  std::optional<uint32_t> goaway;  // error code
  std::map<int32_t, uint32_t> settings;
  UniqueHttp2Session session;

 private:
  struct Upload {
    std::string bytes;
    std::size_t sent = 0;
    bool is_held = false;
    Fields trailers;
  };
  static Peer& self(void* user) { return *static_cast<Peer*>(user); }
  static std::vector<nghttp2_nv> list_of(const Fields& fields) {
    std::vector<nghttp2_nv> list;
    for (const auto& [name, value] : fields) {
      list.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                      reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(),
                      value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    return list;
  }
  static ssize_t read(nghttp2_session* session, int32_t id, uint8_t* into, std::size_t bytes_max,
                      uint32_t* flags, nghttp2_data_source* source, void*) noexcept {
    auto& upload = *static_cast<Upload*>(source->ptr);
    const std::size_t bytes = std::min(bytes_max, upload.bytes.size() - upload.sent);
    std::copy_n(upload.bytes.begin() + static_cast<std::ptrdiff_t>(upload.sent), bytes, into);
    upload.sent += bytes;
    if (upload.sent == upload.bytes.size()) {
      if (upload.is_held && bytes == 0) return NGHTTP2_ERR_DEFERRED;
      if (!upload.is_held) *flags |= NGHTTP2_DATA_FLAG_EOF;
      if (!upload.is_held && !upload.trailers.empty()) {
        *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        auto list = list_of(upload.trailers);
        ::nghttp2_submit_trailer(session, id, list.data(), list.size());
      }
    }
    return static_cast<ssize_t>(bytes);
  }
  void see(const nghttp2_frame& frame) {
    if (frame.hd.type == NGHTTP2_GOAWAY) goaway = frame.goaway.error_code;
    if (frame.hd.type == NGHTTP2_SETTINGS) {
      for (const auto& entry : std::span(frame.settings.iv, frame.settings.niv)) {
        settings[entry.settings_id] = entry.value;
      }
    }
    if ((frame.hd.type == NGHTTP2_DATA || frame.hd.type == NGHTTP2_HEADERS) &&
        (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      outcomes_[frame.hd.stream_id].has_ended = true;
    }
  }

  std::map<int32_t, Outcome> outcomes_;
  std::map<int32_t, Upload> uploads_;
};

// An engine and a peer that exchange bytes until both are quiet. Time stands still.
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
    engine_ = std::make_unique<Http2Engine>(links_, std::make_shared<const core::ConnectionFacts>(),
                                            out_, driver);
  }

  // `piece_bytes` cuts what the peer sends.
  void settle(std::size_t piece_bytes = 16384) {
    bool moved = true;
    while (moved) {
      moved = false;
      const uint8_t* start = nullptr;
      const ssize_t bytes = ::nghttp2_session_mem_send(peer.session.get(), &start);
      for (std::size_t at = 0; at < static_cast<std::size_t>(std::max<ssize_t>(bytes, 0));) {
        const auto piece =
            std::as_bytes(std::span(start, static_cast<std::size_t>(bytes))).subspan(at);
        engine_->take(piece.first(std::min(piece_bytes, piece.size())));
        at += std::min(piece_bytes, piece.size());
        moved = true;
      }
      engine_->advance();
      out_bytes_max_ = std::max(out_bytes_max_, out_.size());
      if (!out_.empty()) {
        const auto sent = out_.front();
        ::nghttp2_session_mem_recv(peer.session.get(),
                                   reinterpret_cast<const uint8_t*>(sent.data()), sent.size());
        out_.consume(sent.size());
        moved = true;
      }
    }
  }
  void give_raw(std::string_view bytes) { engine_->take(core::as_bytes(bytes)); }
  [[nodiscard]] Http2Engine& engine() { return *engine_; }
  void destroy() { engine_.reset(); }
  [[nodiscard]] uint64_t count(std::string_view name, std::string_view labels = {}) {
    return metrics_.counter(name, labels).value();
  }
  [[nodiscard]] uint64_t refused(const std::string& reason) {
    return count("fogbank_proxy_requests_refused_total", "reason=\"" + reason + "\"");
  }
  [[nodiscard]] TimeCheck after(int64_t passed_ms) const {
    return {loop_->monotonic_ms() + passed_ms, limits_.idle_timeout_ms};
  }
  [[nodiscard]] std::size_t out_bytes_max() const { return out_bytes_max_; }

  Peer peer;

 private:
  void wake() override {}

  Limits limits_;
  std::unique_ptr<core::EventLoop> loop_;
  testing::ScriptedHandler handler_;
  core::Metrics metrics_;
  Counters counters_;
  core::Log log_;
  EngineLinks links_;
  ByteQueue out_;
  std::size_t out_bytes_max_ = 0;
  std::unique_ptr<Http2Engine> engine_;
};

Fields head(std::string method, std::string path, const Fields& more = {}) {
  Fields fields = {{":method", std::move(method)},
                   {":scheme", "https"},
                   {":authority", "h"},
                   {":path", std::move(path)}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

TEST_CASE("HTTP/2 requests reach the session with their bodies and trailers, cut anywhere") {
  for (const std::size_t piece : {1U, 7U, 16384U}) {
    CAPTURE(piece);
    RequestPointer seen;
    Bench bench([&](const RequestPointer& request, HttpExchange& exchange) {
      if (request->path == "/a") seen = request;
      return testing::describing(request, exchange);
    });
    const auto a = bench.peer.request(head("GET", "/a?b=c", {{"x-one", "1"}, {"cookie", "q"}}));
    const auto b = bench.peer.request(head("PUT", "/b", {{"content-length", "5"}}), "hello");
    const auto c = bench.peer.request(head("POST", "/c"), std::string(100'000, 'x'),
                                      {{"x-amz-checksum", "abc"}});
    bench.settle(piece);
    CHECK(bench.peer.of(a).body == "GET /a 0 bytes");
    CHECK(bench.peer.of(b).body == "PUT /b 5 bytes");
    CHECK(bench.peer.of(c).body == "POST /c 100000 bytes x-amz-checksum=abc");
    CHECK(bench.peer.of(c).status() == "200");
    CHECK(bench.peer.of(c).field("content-length") == "39");
    REQUIRE(seen);
    CHECK(seen->version == core::HttpVersion::k2);
    CHECK(seen->authority == "h");
    CHECK(seen->query == "b=c");
    CHECK(seen->header("x-one") == "1");
    CHECK(seen->headers.size() == 2);
    CHECK(!seen->has_body);
  }
}

TEST_CASE("one stream does not wait for another") {
  std::map<std::string, HttpExchange*> open;
  Bench bench([&](const RequestPointer& request, HttpExchange& exchange) {
    open[std::string(request->path)] = &exchange;
    return Script{};
  });
  const auto first = bench.peer.request(head("GET", "/1"));
  const auto second = bench.peer.request(head("GET", "/2"));
  bench.settle();
  open["/2"]->answer(answer_of(200, "two"));
  bench.settle();
  CHECK(bench.peer.of(second).body == "two");
  CHECK(!bench.peer.of(first).has_ended);
  open["/1"]->answer(answer_of(200, "one"));
  bench.settle();
  CHECK(bench.peer.of(first).body == "one");
}

TEST_CASE("the settings tell the limits") {
  const Limits limits;
  Bench bench(testing::describing);
  bench.settle();
  CHECK(bench.peer.settings[NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS] == limits.streams_max);
  CHECK(bench.peer.settings[NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE] == limits.stream_window_bytes);
  CHECK(bench.peer.settings[NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE] == limits.head_bytes_max);
}

TEST_CASE("a paused session holds its peer back by flow control and gets the rest later") {
  HttpExchange* open = nullptr;
  std::size_t taken = 0;
  bool is_slow = true;
  bool has_ended = false;
  Bench bench([&](const RequestPointer& request, HttpExchange& exchange) {
    if (request->path != "/slow") return testing::describing(request, exchange);
    open = &exchange;
    Script script;
    script.on_body = [&](std::string_view piece) {
      taken += piece.size();
      return is_slow ? BodyFlow::kPause : BodyFlow::kContinue;
    };
    script.on_end = [&](auto) {
      has_ended = true;
      exchange.answer(answer_of(200, ""));
    };
    return script;
  });
  constexpr std::size_t kBytes = 3'000'000;
  const auto slow = bench.peer.request(head("PUT", "/slow"), std::string(kBytes, 'x'));
  bench.settle();
  CHECK(taken <= 16384);
  const auto window =
      ::nghttp2_session_get_stream_remote_window_size(bench.peer.session.get(), slow);
  CHECK(window == 0);  // the peer may not send more
  // The connection's window still has room for others.
  const auto quick = bench.peer.request(head("PUT", "/quick"), std::string(500'000, 'y'));
  bench.settle();
  CHECK(bench.peer.of(quick).body == "PUT /quick 500000 bytes");
  for (int i = 0; i < 3; ++i) {
    open->resume_body();
    bench.settle();
  }
  CHECK(taken < kBytes);
  is_slow = false;
  open->resume_body();
  bench.settle();
  CHECK(taken == kBytes);
  CHECK(has_ended);
  CHECK(bench.peer.of(slow).status() == "200");
}

TEST_CASE("a paused session hears of the end when it resumes") {
  HttpExchange* open = nullptr;
  bool has_ended = false;
  Bench bench([&](const RequestPointer&, HttpExchange& exchange) {
    open = &exchange;
    Script script;
    script.on_body = [](std::string_view) { return BodyFlow::kPause; };
    script.on_end = [&](auto) { has_ended = true; };
    return script;
  });
  bench.peer.request(head("PUT", "/"), "x");
  bench.settle();
  CHECK(!has_ended);
  open->resume_body();
  bench.settle();
  CHECK(has_ended);
}

TEST_CASE("windows of streams that ended unread go back to the connection") {
  Bench bench([](const RequestPointer&, HttpExchange&) {
    Script script;
    script.on_body = [](std::string_view) { return BodyFlow::kPause; };
    return script;
  });
  for (int i = 0; i < 30; ++i) {
    const auto id = bench.peer.request(head("PUT", "/"), std::string(200'000, 'x'));
    bench.settle();
    ::nghttp2_submit_rst_stream(bench.peer.session.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
    bench.settle();
  }
  CHECK(::nghttp2_session_get_remote_window_size(bench.peer.session.get()) > 500'000);
  CHECK(bench.count("fogbank_proxy_peers_gone_total") == 30);
}

TEST_CASE("answers of HTTP/2 are framed by method and status") {
  const auto streamed = [](std::optional<uint64_t> declared) {
    HttpAnswer answer;
    answer.stream = std::make_unique<PieceBody>(std::vector<std::string>{"ab", "c"});
    answer.declared_bytes = declared;
    return answer;
  };
  struct Row {
    const char* name;
    const char* method;
    std::function<HttpAnswer()> answer;
    const char* length;
    const char* body;
  };
  const Row rows[] = {
      {"empty", "GET", [&] { return answer_of(200, ""); }, "0", ""},
      {"in memory", "GET", [&] { return answer_of(404, "abc"); }, "3", "abc"},
      {"stream of known length", "GET", [&] { return streamed(3); }, "3", "abc"},
      {"stream of unknown length", "GET", [&] { return streamed({}); }, "", "abc"},
      {"HEAD", "HEAD", [&] { return answer_of(200, "abc"); }, "3", ""},
      {"no content", "DELETE", [&] { return answer_of(204, ""); }, "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    Bench bench([&](const RequestPointer&, HttpExchange& exchange) {
      HttpAnswer answer = row.answer();
      answer.headers.add("X-Amz-Request-Id", "ID");
      answer.headers.add("Connection", "close");
      answer.headers.add("Alt-Svc", "h3");
      exchange.answer(std::move(answer));
      return Script{};
    });
    const auto id = bench.peer.request(head(row.method, "/"));
    bench.settle();
    const Outcome& got = bench.peer.of(id);
    CHECK(got.has_ended);
    CHECK(got.field("content-length") == row.length);
    CHECK(got.body == row.body);
    CHECK(got.field("x-amz-request-id") == "ID");
    CHECK(got.fields.size() == (row.length[0] != 0 ? 3 : 2));
  }
}

TEST_CASE("an answer's body waits for its wake-up and for the peer's window") {
  HttpExchange* open = nullptr;
  Bench bench([&](const RequestPointer&, HttpExchange& exchange) {
    open = &exchange;
    HttpAnswer answer;
    answer.stream =
        std::make_unique<PieceBody>(std::vector<std::string>{"a", "", std::string(5'000'000, 'b')});
    exchange.answer(std::move(answer));
    return Script{};
  });
  const auto id = bench.peer.request(head("GET", "/"));
  bench.settle();
  CHECK(bench.peer.of(id).body == "a");
  open->wake_answer();
  bench.settle();
  CHECK(bench.peer.of(id).body.size() == 5'000'001);
  CHECK(bench.peer.of(id).has_ended);
  CHECK(bench.out_bytes_max() < 200'000);
}

TEST_CASE("a body that fails or falls short resets its stream and no other") {
  for (const std::vector<std::string>& pieces :
       {std::vector<std::string>{"a", "!"}, std::vector<std::string>{"a"}}) {
    Bench bench([&](const RequestPointer& request, HttpExchange& exchange) {
      if (request->path == "/good") return testing::describing(request, exchange);
      HttpAnswer answer;
      answer.stream = std::make_unique<PieceBody>(pieces);
      answer.declared_bytes = 5;
      exchange.answer(std::move(answer));
      return Script{};
    });
    const auto bad = bench.peer.request(head("GET", "/bad"));
    const auto good = bench.peer.request(head("GET", "/good"));
    bench.settle();
    CHECK(bench.peer.of(bad).closed_with == NGHTTP2_INTERNAL_ERROR);
    CHECK(!bench.peer.of(bad).has_ended);
    CHECK(bench.peer.of(good).status() == "200");
    CHECK(bench.count("fogbank_proxy_answers_broken_total") == 1);
    CHECK(bench.count("fogbank_proxy_peers_gone_total") == 0);
  }
}

TEST_CASE("an early answer lets a short rest come and resets a long one without error") {
  Bench bench([](const RequestPointer&, HttpExchange& exchange) {
    exchange.answer(answer_of(403, "no"));
    return Script{};
  });
  const auto brief = bench.peer.request(head("PUT", "/"), std::string(100'000, 'x'));
  const auto declared = bench.peer.request(head("PUT", "/", {{"content-length", "1000000"}}),
                                           std::string(1'000'000, 'x'));
  const auto endless = bench.peer.request(head("PUT", "/"), std::string(3'000'000, 'x'));
  bench.settle();
  for (const auto id : {brief, declared, endless}) {
    CAPTURE(id);
    CHECK(bench.peer.of(id).status() == "403");
    CHECK(bench.peer.of(id).has_ended);
    CHECK(bench.peer.of(id).closed_with == NGHTTP2_NO_ERROR);
  }
  CHECK(bench.engine().ending() == Ending::kNone);
}

TEST_CASE("100 is sent over HTTP/2 unless the answer comes first") {
  Bench bench([](const RequestPointer& request, HttpExchange& exchange) {
    if (request->path == "/no") exchange.answer(answer_of(403, ""));
    return request->path == "/no" ? Script{} : testing::describing(request, exchange);
  });
  for (const bool is_refused : {false, true}) {
    const auto id = bench.peer.request(
        head("PUT", is_refused ? "/no" : "/yes", {{"expect", "100-continue"}}), "");
    bench.peer.hold(id);
    bench.settle();
    CHECK(bench.peer.of(id).status() == (is_refused ? "403" : "100"));
  }
}

TEST_CASE("requests that are not to be understood are refused by their stream") {
  struct Row {
    const char* name;
    Fields fields;
    const char* status;  // empty: the stream is reset
  };
  Limits limits;
  limits.head_bytes_max = 2000;
  limits.request_line_bytes_max = 100;
  limits.fields_max = 10;
  Fields many = head("GET", "/");
  for (int i = 0; i < 11; ++i) many.emplace_back("a", "b");
  const Row rows[] = {
      {"tunnel", {{":method", "CONNECT"}, {":authority", "a:443"}}, "501"},
      {"other expectation", head("GET", "/", {{"expect", "x"}}), "417"},
      {"fragment", head("GET", "/#a"), "400"},
      {"asterisk", head("GET", "*"), ""},
      {"Host differs", head("GET", "/", {{"host", "other"}}), "400"},
      {"authority with a slash",
       {{":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {":authority", "a/b"}},
       ""},
      {"long target", head("GET", "/" + std::string(100, 'a')), "414"},
      {"large head", head("GET", "/", {{"a", std::string(2000, 'b')}}), "431"},
      {"many fields", many, "431"},
      {"name with a space", head("GET", "/", {{"a b", "d"}}), ""},
      {"connection field", head("GET", "/", {{"connection", "close"}}), ""},
      {"no path", {{":method", "GET"}, {":scheme", "https"}, {":authority", "h"}}, ""},
      {"two paths", head("GET", "/", {{":path", "/b"}}), ""},
      {"line feed in a value", head("GET", "/", {{"a", "b\nc"}}), ""},
      {"length of no body", head("GET", "/", {{"content-length", "5"}}), ""},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    int begun = 0;
    Bench bench(
        [&](const RequestPointer& request, HttpExchange& exchange) {
          ++begun;
          return testing::describing(request, exchange);
        },
        limits);
    const auto id = bench.peer.request(row.fields);
    bench.settle();
    CHECK(bench.peer.of(id).status() == row.status);
    CHECK(begun == 0);
    const auto next = bench.peer.request(head("GET", "/"));
    bench.settle();
    CHECK(bench.peer.of(next).status() == "200");
  }
}

TEST_CASE("a body over its limit is refused over HTTP/2 by its length or when it grows") {
  Limits limits;
  limits.body_bytes_max = 4;
  Bench bench(testing::describing, limits);
  const auto at = bench.peer.request(head("PUT", "/"), "1234");
  const auto declared = bench.peer.request(head("PUT", "/", {{"content-length", "5"}}), "12345");
  const auto grown = bench.peer.request(head("PUT", "/"), "12345");
  bench.settle();
  CHECK(bench.peer.of(at).status() == "200");
  CHECK(bench.peer.of(declared).status() == "413");
  CHECK(bench.peer.of(grown).status() == "413");
}

TEST_CASE("floods of cheap frames end the connection") {
  Limits limits;
  limits.control_frames_burst = 50;
  using Flood = std::function<void(Peer&)>;
  const std::pair<const char*, Flood> floods[] = {
      {"rapid reset", [](Peer& peer) { peer.request(head("GET", "/")); }},
      {"ping",
       [](Peer& peer) { ::nghttp2_submit_ping(peer.session.get(), NGHTTP2_FLAG_NONE, nullptr); }},
      {"settings",
       [](Peer& peer) {
         ::nghttp2_submit_settings(peer.session.get(), NGHTTP2_FLAG_NONE, nullptr, 0);
       }},
  };
  for (const auto& [name, flood] : floods) {
    CAPTURE(name);
    Bench bench([](const RequestPointer&, HttpExchange&) { return Script{}; }, limits);
    bench.settle();
    for (int i = 0; i < 100 && !bench.peer.goaway; ++i) {
      const auto id = ::nghttp2_session_get_next_stream_id(bench.peer.session.get());
      flood(bench.peer);
      bench.settle();
      const bool is_open = ::nghttp2_session_find_stream(bench.peer.session.get(),
                                                         static_cast<int32_t>(id)) != nullptr;
      if (!is_open) continue;
      ::nghttp2_submit_rst_stream(bench.peer.session.get(), NGHTTP2_FLAG_NONE,
                                  static_cast<int32_t>(id), NGHTTP2_CANCEL);
      bench.settle();
    }
    CHECK(bench.peer.goaway == NGHTTP2_ENHANCE_YOUR_CALM);
    CHECK(bench.engine().ending() != Ending::kNone);
    CHECK(bench.count("fogbank_proxy_http2_connections_ended_total", "reason=\"flood\"") >= 1);
  }
}

TEST_CASE("garbage after the handshake ends the connection") {
  Bench bench(testing::describing);
  bench.give_raw("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  bench.engine().advance();
  CHECK(bench.engine().ending() == Ending::kLinger);
  CHECK(bench.count("fogbank_proxy_http2_connections_ended_total", "reason=\"protocol_error\"") ==
        1);
}

TEST_CASE("a peer that resets its stream or disappears destroys the session") {
  int destroyed = 0;
  Bench bench([&](const RequestPointer&, HttpExchange&) {
    Script script;
    script.on_destroy = [&] { ++destroyed; };
    return script;
  });
  const auto id = bench.peer.request(head("GET", "/1"));
  bench.peer.request(head("GET", "/2"));
  bench.settle();
  ::nghttp2_submit_rst_stream(bench.peer.session.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  bench.settle();
  CHECK(destroyed == 1);
  bench.engine().take_end();
  CHECK(bench.engine().ending() == Ending::kClose);
  bench.destroy();
  CHECK(destroyed == 2);
  CHECK(bench.count("fogbank_proxy_peers_gone_total") == 2);
}

TEST_CASE("slow peers of HTTP/2 are cut off by what they are late with") {
  const Limits limits;
  Bench idle(testing::describing);
  idle.settle();
  idle.engine().check_time(idle.after(limits.idle_timeout_ms - 1));
  idle.settle();
  CHECK(!idle.peer.goaway);
  idle.engine().check_time(idle.after(limits.idle_timeout_ms));
  idle.settle();
  CHECK(idle.peer.goaway == NGHTTP2_NO_ERROR);
  CHECK(idle.engine().ending() != Ending::kNone);

  Bench stalled([](const RequestPointer& request, HttpExchange& exchange) {
    if (request->path == "/large") exchange.answer(answer_of(200, std::string(1'000'000, 'x')));
    return Script{};
  });
  const auto upload = stalled.peer.request(head("PUT", "/"), "some");
  stalled.peer.hold(upload);
  const auto poll = stalled.peer.request(head("GET", "/poll"));
  stalled.settle();
  stalled.engine().check_time(stalled.after(limits.body_stall_timeout_ms - 1));
  stalled.settle();
  CHECK(!stalled.peer.of(upload).closed_with);
  stalled.engine().check_time(stalled.after(limits.body_stall_timeout_ms));
  stalled.settle();
  CHECK(stalled.peer.of(upload).closed_with == NGHTTP2_CANCEL);
  CHECK(!stalled.peer.of(poll).closed_with);
}

TEST_CASE("draining lets streams finish, announces the end and then closes") {
  HttpExchange* open = nullptr;
  Bench bench([&](const RequestPointer& request, HttpExchange& exchange) {
    if (request->path == "/late") return testing::describing(request, exchange);
    open = &exchange;
    return Script{};
  });
  const auto busy = bench.peer.request(head("GET", "/"));
  bench.settle();
  bench.engine().drain();
  bench.settle();
  CHECK(bench.peer.goaway == NGHTTP2_NO_ERROR);
  CHECK(bench.engine().ending() == Ending::kNone);
  bench.engine().check_time(bench.after(0));
  bench.settle();
  CHECK(bench.engine().ending() == Ending::kNone);
  open->answer(answer_of(200, "done"));
  bench.settle();
  CHECK(bench.peer.of(busy).body == "done");
  CHECK(bench.engine().ending() != Ending::kNone);

  Bench idle(testing::describing);
  idle.peer.request(head("GET", "/"));
  idle.settle();
  idle.engine().drain();
  idle.settle();
  CHECK(idle.engine().ending() != Ending::kNone);

  Bench fresh(testing::describing);
  fresh.settle();
  fresh.engine().drain();
  fresh.settle();
  const auto first = fresh.peer.request(head("GET", "/"));
  fresh.settle();
  CHECK(fresh.peer.of(first).status() == "200");
  fresh.engine().check_time(fresh.after(0));
  fresh.settle();
  CHECK(fresh.peer.goaway == NGHTTP2_NO_ERROR);
  CHECK(fresh.engine().ending() != Ending::kNone);
}

}  // namespace
}  // namespace fogbank::proxy
