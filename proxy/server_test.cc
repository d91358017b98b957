#include <doctest/doctest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <atomic>
#include <future>
#include <latch>

#include "core/event_loop.h"
#include "proxy/proxy.h"
#include "proxy/testing.h"

namespace fogbank::proxy {
namespace {

using core::BodyFlow;
using core::HttpAnswer;
using core::HttpExchange;
using core::HttpRequest;
using testing::answer_of;
using testing::Client;
using testing::ClientTls;
using testing::Script;
using testing::TestServer;
using RequestPointer = std::shared_ptr<const HttpRequest>;

constexpr std::string_view kGet = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kHandshakes = "fogbank_proxy_handshakes_total";

TEST_CASE("requests are answered over TLS 1.2, TLS 1.3 and plain TCP, one after the other") {
  TestServer server(testing::describing);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION, 0}) {
    CAPTURE(version);
    ClientTls tls;
    tls.version = version;
    Client client = version == 0 ? Client(server.plain()) : Client(server.tls(), tls);
    REQUIRE(client.is_connected());
    for (int i = 0; i < 3; ++i) {
      REQUIRE(client.send(kGet));
      const auto reply = client.reply();
      CHECK(reply.status == 200);
      CHECK(reply.body == "GET /x 0 bytes");
    }
  }
  CHECK(server.count(kHandshakes, "outcome=\"full\"") == 2);
  CHECK(server.count("fogbank_proxy_requests_total", "version=\"1\"") == 9);
}

TEST_CASE("the request knows its connection") {
  std::promise<core::ConnectionFacts> seen;
  TestServer server([&](const RequestPointer& request, HttpExchange& exchange) {
    seen.set_value(*request->connection);
    CHECK(request->scheme == "https");
    exchange.answer(answer_of(200, ""));
    return Script{};
  });
  ClientTls tls;
  tls.server_name = "SQS.us-east-1.Amazonaws.COM";
  Client client(server.tls(), tls);
  client.send(kGet);
  CHECK(client.reply().status == 200);
  const auto facts = seen.get_future().get();
  CHECK(facts.server_name == "sqs.us-east-1.amazonaws.com");
  CHECK(facts.is_tls);
  CHECK(facts.destination == server.tls());
  CHECK(facts.peer.ip.text() == "127.0.0.1");
}

TEST_CASE("TLS below 1.2 is refused") {
  TestServer server(testing::describing);
  ClientTls tls;
  tls.version = TLS1_1_VERSION;
  CHECK(!Client(server.tls(), tls).is_connected());
}

TEST_CASE("a name without a leaf is refused with an alert and counted") {
  TestServer server(testing::describing);
  ClientTls tls;
  for (const char* name : {"www.refused.test", "bad name/"}) {
    tls.server_name = name;
    Client client(server.tls(), tls);
    CHECK(!client.is_connected());
    client.await_close();
  }
  CHECK(server.count(kHandshakes, "outcome=\"no_leaf\"") == 1);
  CHECK(server.count(kHandshakes, "outcome=\"failed\"") == 1);
}

TEST_CASE("an application protocol other than HTTP is refused") {
  TestServer server(testing::describing);
  ClientTls tls;
  tls.alpn = "\x04mqtt";
  CHECK(!Client(server.tls(), tls).is_connected());
  tls.alpn = "\x04mqtt\x08http/1.1";
  CHECK(Client(server.tls(), tls).is_connected());
}

TEST_CASE("a session is resumed for its own name and for no other, on any loop") {
  TestServer server(testing::describing, {.limits = {}, .loops = 2});
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    CAPTURE(version);
    certs::UniqueSslCtx context(::SSL_CTX_new(::TLS_client_method()));
    ClientTls tls;
    tls.context = context.get();
    tls.version = version;
    Client first(server.tls(), tls);
    first.send(kGet);
    CHECK(first.reply().status == 200);  // the ticket of TLS 1.3 comes with it
    std::unique_ptr<SSL_SESSION, certs::OpensslFree<::SSL_SESSION_free>> session(
        ::SSL_get1_session(first.ssl()));
    tls.session = session.get();
    for (int i = 0; i < 4; ++i) {
      Client again(server.tls(), tls);
      REQUIRE(again.is_connected());
      CHECK(::SSL_session_reused(again.ssl()) == 1);
    }
    tls.server_name = "dynamodb.us-east-1.amazonaws.com";
    Client other(server.tls(), tls);
    REQUIRE(other.is_connected());
    CHECK(::SSL_session_reused(other.ssl()) == 0);
  }
}

TEST_CASE("plain HTTP on the TLS port is told so") {
  TestServer server(testing::describing);
  Client client(server.tls());
  client.send(kGet);
  const auto reply = client.reply();
  CHECK(reply.status == 400);
  CHECK(reply.body.find("HTTPS") != std::string::npos);
  CHECK(client.receive().empty());
  CHECK(server.count(kHandshakes, "outcome=\"plain_http\"") == 1);
}

TEST_CASE("garbage on either port ends in a closed connection, and the server goes on") {
  TestServer server(testing::describing);
  const std::string garbage[] = {
      std::string(1000, '\0'),
      std::string(1000, '\xff'),
      "\x16\x03\x01\xff\xff" + std::string(70'000, '\x01'),
      std::string("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", 10),
      "\x80\x2e\x01\x03\x01",
      "\r\n\r\n\r\n",
      "SSH-2.0-OpenSSH_9.2\r\n",
      "PRI * HTTP/2.0\r\n\r\nXX",
  };
  for (const std::string& bytes : garbage) {
    for (const auto* port : {&server.tls(), &server.plain()}) {
      Client client(*port);
      client.send(bytes);
      client.end_sending();
      client.receive_all();
    }
  }
  CHECK(server.count("fogbank_proxy_requests_refused_total", "reason=\"tls_on_plain\"") == 2);
  Client client(server.plain());
  client.send(kGet);
  CHECK(client.reply().status == 200);
}

TEST_CASE("an answer from another thread arrives") {
  core::EventLoop* loop = nullptr;
  std::promise<HttpExchange*> begun;
  TestServer server([&](const RequestPointer&, HttpExchange& exchange) {
    loop = &exchange.loop();
    begun.set_value(&exchange);
    return Script{};
  });
  Client client(server.tls(), ClientTls{});
  client.send(kGet);
  HttpExchange* exchange = begun.get_future().get();
  loop->post([exchange] { exchange->answer(answer_of(200, "later")); });
  CHECK(client.reply().body == "later");
}

TEST_CASE("a peer that disappears during its request destroys the session") {
  std::promise<void> begun;
  std::promise<void> destroyed;
  TestServer server([&](const RequestPointer&, HttpExchange&) {
    begun.set_value();
    Script script;
    script.on_destroy = [&] { destroyed.set_value(); };
    return script;
  });
  {
    Client client(server.tls(), ClientTls{});
    client.send(kGet);
    begun.get_future().wait();
  }
  CHECK(destroyed.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);
}

TEST_CASE("large bodies pass both ways whole") {
  constexpr std::size_t kBytes = 20'000'000;
  TestServer server([&](const RequestPointer&, HttpExchange& exchange) {
    auto echo = std::make_shared<std::string>();
    Script script;
    script.on_body = [echo](std::string_view piece) {
      *echo += piece;
      return BodyFlow::kContinue;
    };
    script.on_end = [echo, &exchange](auto) { exchange.answer(answer_of(200, std::move(*echo))); };
    return script;
  });
  std::string body(kBytes, '\0');
  uint32_t state = 1;
  for (char& c : body) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  for (const bool is_tls : {true, false}) {
    Client client = is_tls ? Client(server.tls(), ClientTls{}) : Client(server.plain());
    client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(kBytes) +
                "\r\n\r\n");
    REQUIRE(client.send(body));
    const auto reply = client.reply();
    CHECK(reply.status == 200);
    CHECK(reply.body == body);
  }
}

TEST_CASE("draining finishes what is being served and refuses what is new") {
  std::promise<HttpExchange*> begun;
  TestServer server([&](const RequestPointer& request, HttpExchange& exchange) {
    if (request->path == "/idle") return testing::describing(request, exchange);
    begun.set_value(&exchange);
    return Script{};
  });
  Client busy(server.tls(), ClientTls{});
  busy.send(kGet);
  HttpExchange* exchange = begun.get_future().get();
  Client idle(server.tls(), ClientTls{});
  idle.send("GET /idle HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(idle.reply().status == 200);
  core::EventLoop& loop = exchange->loop();
  auto drained = std::async(std::launch::async, [&] { return server.server().drain(10'000); });
  CHECK(idle.receive().empty());  // closed by the drain, so the drain has begun
  loop.post([exchange] { exchange->answer(answer_of(200, "done")); });
  const auto reply = busy.reply();
  CHECK(reply.body == "done");
  CHECK(reply.header("connection") == "close");
  CHECK(drained.get());
  CHECK(!Client(server.tls(), ClientTls{}).is_connected());
}

TEST_CASE("a connection that was accepted before the drain gets its first request answered") {
  std::promise<HttpExchange*> begun;
  TestServer server([&](const RequestPointer& request, HttpExchange& exchange) {
    if (request->path == "/x") return testing::describing(request, exchange);
    begun.set_value(&exchange);
    return Script{};
  });
  Client busy(server.plain());
  busy.send("GET /busy HTTP/1.1\r\nHost: h\r\n\r\n");
  HttpExchange* exchange = begun.get_future().get();
  core::EventLoop& loop = exchange->loop();
  Client fresh(server.tls(), ClientTls{});
  auto drained = std::async(std::launch::async, [&] { return server.server().drain(10'000); });
  while (Client(server.plain()).is_connected()) {  // until the listeners are closed
  }
  fresh.send(kGet);
  const auto reply = fresh.reply();
  CHECK(reply.body == "GET /x 0 bytes");
  CHECK(reply.header("connection") == "close");
  loop.post([exchange] { exchange->answer(answer_of(200, "")); });
  CHECK(drained.get());
}

TEST_CASE("draining gives up at its deadline") {
  std::promise<void> begun;
  TestServer server([&](const RequestPointer&, HttpExchange&) {
    begun.set_value();
    return Script{};
  });
  Client client(server.plain());
  client.send(kGet);
  begun.get_future().wait();
  CHECK(!server.server().drain(50));
  CHECK(client.receive().empty());
}

TEST_CASE("connections over the limit wait until others have ended") {
  testing::ServerOptions options;
  options.limits.connections_max = 2;
  TestServer server(testing::describing, options);
  Client first(server.plain());
  Client second(server.plain());
  for (Client* client : {&first, &second}) {
    client->send(kGet);
    CHECK(client->reply().status == 200);
  }
  Client third(server.plain());
  third.send(kGet);
  first.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  CHECK(first.reply().status == 200);
  CHECK(third.reply().status == 200);
  CHECK(server.count("fogbank_proxy_accept_pauses_total") >= 1);
}

TEST_CASE("idle connections give way when others wait") {
  testing::ServerOptions options;
  options.limits.connections_max = 1;
  options.limits.idle_timeout_when_full_ms = 50;
  TestServer server(testing::describing, options);
  Client idle(server.plain());
  idle.send(kGet);
  CHECK(idle.reply().status == 200);
  Client waiting(server.plain());
  waiting.send(kGet);
  CHECK(waiting.reply().status == 200);
  CHECK(idle.receive().empty());
}

TEST_CASE("a peer cannot fill the memory of a handler that is slow") {
  constexpr std::size_t kBytesMax = 24U << 20;  // what the kernel's buffers on both sides may take
  std::promise<void> paused;
  bool is_first = true;
  TestServer server([&](const RequestPointer&, HttpExchange&) {
    Script script;
    script.on_body = [&](std::string_view) {
      if (std::exchange(is_first, false)) paused.set_value();
      return BodyFlow::kPause;
    };
    return script;
  });
  Client client(server.plain());
  client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000000\r\n\r\nx");
  paused.get_future().wait();
  const timeval patience{.tv_sec = 0, .tv_usec = 300'000};
  ::setsockopt(client.fd(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const std::string piece(1 << 20, 'x');
  std::size_t sent = 0;
  for (ssize_t got = 1; got > 0 && sent < 2 * kBytesMax; sent += static_cast<std::size_t>(got)) {
    got = std::max<ssize_t>(::send(client.fd(), piece.data(), piece.size(), MSG_NOSIGNAL), 0);
  }
  CHECK(sent < kBytesMax);
}

TEST_CASE("a peer that keeps silent is cut off in every phase") {
  testing::ServerOptions options;
  Limits& limits = options.limits;
  limits.handshake_timeout_ms = limits.idle_timeout_ms = limits.head_timeout_ms = 50;
  limits.body_stall_timeout_ms = limits.linger_timeout_ms = 50;
  TestServer server(testing::describing, options);
  for (const std::string_view bytes :
       {"", "G", "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"}) {
    Client plain(server.plain());
    plain.send(bytes);
    plain.receive_all();
  }
  Client handshake(server.tls());
  CHECK(handshake.receive().empty());
  CHECK(server.count("fogbank_proxy_timeouts_total", "phase=\"handshake\"") == 1);
  CHECK(server.count("fogbank_proxy_timeouts_total", "phase=\"idle\"") >= 1);
}

TEST_CASE("a peer that does not take its answer is cut off") {
  testing::ServerOptions options;
  options.limits.write_stall_timeout_ms = 50;
  std::promise<void> destroyed;
  TestServer server(
      [&](const RequestPointer&, HttpExchange& exchange) {
        exchange.answer(answer_of(200, std::string(64 << 20, 'x')));
        Script script;
        script.on_destroy = [&] { destroyed.set_value(); };
        return script;
      },
      options);
  Client client(server.plain());
  client.send(kGet);
  CHECK(destroyed.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  CHECK(server.count("fogbank_proxy_timeouts_total", "phase=\"write\"") == 1);
}

TEST_CASE("a listener must be a listening socket and name a loop that is there") {
  TestServer server(testing::describing);
  auto fd = listen_tcp({core::IpAddress::v4(0x7f000001), 0});
  REQUIRE(fd);
  CHECK(!server.server().add_listener({std::move(*fd), Listener::Kind::kPlain, 7}));
  core::UniqueFd not_listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK(!server.server().add_listener({std::move(not_listening), Listener::Kind::kPlain, {}}));
  CHECK(!server.server().add_listener({core::UniqueFd(), Listener::Kind::kPlain, {}}));
}

// What curl prints for `arguments` with `input_bytes` zeros on its standard input.
std::string curl(const std::string& arguments, std::size_t input_bytes = 0) {
  const std::string command =
      "head -c " + std::to_string(input_bytes) +
      " /dev/zero |"
      " curl --silent --show-error --insecure --noproxy '*' --max-time 20 " +
      arguments + " 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string output;
  char buffer[4096];
  for (std::size_t got = 0; (got = ::fread(buffer, 1, sizeof buffer, pipe.get())) > 0;) {
    output.append(buffer, got);
  }
  return output;
}

TEST_CASE("curl is answered in every version, over TLS and plain TCP") {
  TestServer server(testing::describing, {.limits = {}, .loops = 2});
  const std::string tls = "https://127.0.0.1:" + std::to_string(server.tls().port) + "/k";
  const std::string plain = "http://127.0.0.1:" + std::to_string(server.plain().port) + "/k";
  const std::string show = " --write-out ' %{http_version} %{http_code}' ";
  struct Row {
    const char* options;
    const std::string& url;
    const char* output;
  };
  const Row rows[] = {
      {"--http2", tls, "GET /k 0 bytes 2 200"},
      {"--http1.1", tls, "GET /k 0 bytes 1.1 200"},
      {"--http1.0", tls, "GET /k 0 bytes 1.1 200"},
      {"--http2-prior-knowledge", plain, "GET /k 0 bytes 2 200"},
      {"--http2", plain, "GET /k 0 bytes 1.1 200"},
      {"--http2 --data-binary @/bin/true", tls, "POST /k "},
      {"--http1.1 -H 'Expect: 100-continue' -X PUT --data-binary abc", tls,
       "PUT /k 3 bytes 1.1 200"},
      {"--http1.1 -H 'Transfer-Encoding: chunked' -X PUT --data-binary abc", tls,
       "PUT /k 3 bytes 1.1 200"},
      {"--http2 --head", tls, "HTTP/2 200"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.options));
    const std::string output = curl(row.options + show + row.url);
    CHECK(output.substr(0, std::string_view(row.output).size()) == row.output);
  }
}

TEST_CASE("large bodies pass whole while the handler is slow, in every version") {
  constexpr std::size_t kBytes = 30'000'000;
  std::size_t taken = 0;  // on the loop's thread only, and read after its answer
  TestServer server([&](const RequestPointer&, HttpExchange& exchange) {
    taken = 0;
    Script script;
    script.on_body = [&](std::string_view piece) {
      taken += piece.size();
      exchange.loop().post([&exchange] { exchange.resume_body(); });
      return BodyFlow::kPause;
    };
    script.on_end = [&](auto) { exchange.answer(answer_of(200, std::string(taken, 'z'))); };
    return script;
  });
  const std::string url = "https://127.0.0.1:" + std::to_string(server.tls().port) + "/";
  for (const std::string version : {"--http2", "--http1.1"}) {
    CAPTURE(version);
    CHECK(curl(version + " -T - --output /dev/null --write-out '%{http_code} %{size_download}' " +
                   url,
               kBytes) == "200 30000000");
  }
}

}  // namespace
}  // namespace fogbank::proxy
