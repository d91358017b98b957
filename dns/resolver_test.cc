#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "core/event_loop.h"
#include "core/listener.h"
#include "core/log.h"
#include "core/metrics.h"
#include "dns/dns.h"

namespace fogbank::dns {
namespace {

constexpr int kPatienceMs = 10'000;  // until a test gives up; nothing waits for it
constexpr unsigned kA = 1;
constexpr unsigned kText = 16;

class FixedAddresses final : public AddressSource {
 public:
  [[nodiscard]] Addresses addresses_of(std::string_view) const override {
    return {core::IpAddress::parse("198.18.45.76"), core::IpAddress::parse("fdf0::4c")};
  }
};

std::string name_bytes(std::string_view name) {
  std::string wire;
  while (!name.empty()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    wire.push_back(static_cast<char>(dot));
    wire.append(name.substr(0, dot));
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  wire.push_back('\0');
  return wire;
}
std::string u16_bytes(std::size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}
std::string query_bytes(std::string_view name, unsigned type = kA, unsigned id = 7) {
  return u16_bytes(id) + u16_bytes(0x0100) + u16_bytes(1) + std::string(6, '\0') +
         name_bytes(name) + u16_bytes(type) + u16_bytes(1);
}
std::string framed(const std::string& message) { return u16_bytes(message.size()) + message; }
unsigned code_of(const std::string& answer) { return static_cast<uint8_t>(answer.at(3)) & 0xf; }
bool is_truncated(const std::string& answer) { return (answer.at(2) & 2) != 0; }
unsigned answers_in(const std::string& answer) { return static_cast<uint8_t>(answer.at(7)); }

core::UniqueFd listener(const std::string& address, core::Transport transport) {
  core::ListenRequest request;
  request.address = *core::SocketAddress::parse(address);
  request.transport = transport;
  request.packet_info = transport == core::Transport::kUdp;
  auto fd = core::open_listener(request);
  REQUIRE(fd);
  return std::move(*fd);
}
core::SocketAddress address_of(int fd) {
  sockaddr_storage raw{};
  socklen_t bytes = sizeof raw;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &bytes);
  return *core::SocketAddress::from(raw);
}

// A client that gives up instead of hanging.
class Client final {
 public:
  Client(const core::SocketAddress& server, int type) {
    fd_.reset(::socket(server.ip.is_v4() ? AF_INET : AF_INET6, type | SOCK_CLOEXEC, 0));
    sockaddr_storage raw{};
    const socklen_t bytes = server.to(raw);
    REQUIRE(::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&raw), bytes) == 0);
  }
  void send(const std::string& bytes) const {
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t sent = ::send(fd_.get(), bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) return;
      at += static_cast<std::size_t>(sent);
    }
  }
  void send_datagram(const std::string& bytes) const {
    ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  // What is there next; empty at the end of a connection.
  std::string receive(std::size_t bytes_max = 65536) const {
    pollfd ready{fd_.get(), POLLIN, 0};
    REQUIRE(::poll(&ready, 1, kPatienceMs) == 1);
    std::string bytes(bytes_max, '\0');
    const ssize_t got = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
    bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return bytes;
  }
  std::string receive_exactly(std::size_t count) const {
    std::string bytes;
    while (bytes.size() < count) {
      const std::string piece = receive(count - bytes.size());
      if (piece.empty()) break;
      bytes += piece;
    }
    return bytes;
  }
  std::string receive_frame() const {
    const std::string length = receive_exactly(2);
    if (length.size() < 2) return {};
    return receive_exactly(static_cast<std::size_t>(static_cast<uint8_t>(length[0]) << 8 |
                                                    static_cast<uint8_t>(length[1])));
  }
  std::string ask(const std::string& query) const {
    send_datagram(query);
    return receive();
  }
  void end() const { ::shutdown(fd_.get(), SHUT_WR); }

 private:
  core::UniqueFd fd_;
};

// The site's resolver: answers each name with as many A records as its first label says, with a
// name that is not repeated in the question's case; is silent for names that start with "silent".
class SiteResolver final {
 public:
  SiteResolver() {
    // Some other program may hold the port for TCP.
    while (!tcp_.is_open()) {
      udp_ = listener("127.0.0.1:0", core::Transport::kUdp);
      core::ListenRequest request;
      request.address = address_of(udp_.get());
      if (auto fd = core::open_listener(request)) tcp_ = std::move(*fd);
    }
    thread_ = std::thread([this] { run(); });
  }
  ~SiteResolver() {
    is_ending_ = true;
    const Client waker(address(), SOCK_DGRAM);
    waker.send_datagram("end");
    thread_.join();
  }
  [[nodiscard]] core::SocketAddress address() const { return address_of(udp_.get()); }

 private:
  static std::string reply(std::string query, bool is_tcp) {
    if (query.size() < 17 || query.substr(13, 6) == "silent") return {};
    const unsigned count = static_cast<unsigned>(query[13] - '0') * 10;
    query.resize(query.find('\0', 12) + 5);
    query[2] = static_cast<char>(query[2] | 0x80);
    std::transform(query.begin() + 13, query.end(), query.begin() + 13,
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const bool is_cut = !is_tcp && 16 * count > 400;
    if (is_cut) query[2] = static_cast<char>(query[2] | 2);
    query.replace(6, 6, u16_bytes(is_cut ? 0 : count) + std::string(4, '\0'));
    for (unsigned i = 0; i < count && !is_cut; ++i) {
      query +=
          std::string("\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02", 15) + static_cast<char>(i);
    }
    return query;
  }
  void answer_datagram() const {
    std::string query(1500, '\0');
    sockaddr_storage peer{};
    socklen_t bytes = sizeof peer;
    const ssize_t got = ::recvfrom(udp_.get(), query.data(), query.size(), 0,
                                   reinterpret_cast<sockaddr*>(&peer), &bytes);
    query.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    const std::string out = reply(query, false);
    if (out.empty()) return;
    ::sendto(udp_.get(), out.data(), out.size(), 0, reinterpret_cast<sockaddr*>(&peer), bytes);
  }
  void answer_connection() const {
    const core::UniqueFd fd(::accept4(tcp_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd.is_open()) return;
    std::array<char, 1500> frame{};
    const ssize_t got = ::recv(fd.get(), frame.data(), frame.size(), 0);
    if (got < 2) return;
    const std::string out =
        framed(reply({frame.data() + 2, static_cast<std::size_t>(got - 2)}, true));
    ::send(fd.get(), out.data(), out.size(), MSG_NOSIGNAL);
  }
  void run() const {
    while (!is_ending_) {
      std::array<pollfd, 2> ready = {{{udp_.get(), POLLIN, 0}, {tcp_.get(), POLLIN, 0}}};
      ::poll(ready.data(), ready.size(), -1);
      if ((ready[0].revents & POLLIN) != 0) answer_datagram();
      if ((ready[1].revents & POLLIN) != 0) answer_connection();
    }
  }
  core::UniqueFd udp_;
  core::UniqueFd tcp_;
  std::atomic<bool> is_ending_ = false;
  std::thread thread_;
};

struct Site {
  ResolverConfig config;
  std::string udp_address = "127.0.0.1:0";
  std::string tcp_address = "127.0.0.1:0";
};

// A resolver on a loop of its own.
class Server final {
 public:
  explicit Server(Site site) : loop_(std::move(*core::EventLoop::create())) {
    site.config.zones = {"amazonaws.com", "aws"};
    std::vector<ResolverLoop> loops;
    loops.push_back({*loop_, {}, {}});
    loops[0].udp_sockets.push_back(listener(site.udp_address, core::Transport::kUdp));
    loops[0].tcp_listeners.push_back(listener(site.tcp_address, core::Transport::kTcp));
    udp_ = address_of(loops[0].udp_sockets[0].get());
    tcp_ = address_of(loops[0].tcp_listeners[0].get());
    auto made = Resolver::create(site.config, std::move(loops), {addresses_, log_, metrics});
    REQUIRE(made);
    resolver_ = std::move(*made);
    thread_ = std::thread([this] { loop_->run(); });
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    loop_->stop();
    thread_.join();
  }
  [[nodiscard]] Client udp() const { return {udp_, SOCK_DGRAM}; }
  [[nodiscard]] Client tcp() const { return {tcp_, SOCK_STREAM}; }
  [[nodiscard]] const core::SocketAddress& udp_address() const { return udp_; }
  uint64_t count(const char* label) {
    return metrics.counter("fogbank_dns_queries_total", label).value();
  }
  core::Metrics metrics;

 private:
  FixedAddresses addresses_;
  core::Log log_{2, core::LogLevel::kError};
  std::unique_ptr<core::EventLoop> loop_;
  core::SocketAddress udp_;
  core::SocketAddress tcp_;
  std::unique_ptr<Resolver> resolver_;
  std::thread thread_;
};

TEST_CASE("dns answers over UDP and TCP, over IPv4 and IPv6") {
  for (const char* address : {"127.0.0.1:0", "[::1]:0"}) {
    CAPTURE(address);
    Server server({{}, address, address});
    const std::string over_udp = server.udp().ask(query_bytes("sqs.eu-west-1.amazonaws.com"));
    CHECK(answers_in(over_udp) == 1);
    CHECK(over_udp.ends_with(std::string("\xc6\x12\x2d\x4c", 4)));
    const Client tcp = server.tcp();
    tcp.send(framed(query_bytes("sqs.eu-west-1.amazonaws.com")));
    CHECK(tcp.receive_frame() == over_udp);
  }
}

TEST_CASE("dns answers from the address that was asked") {
  Server server({{}, "0.0.0.0:0", "127.0.0.1:0"});
  core::SocketAddress asked = server.udp_address();
  // A connected socket takes datagrams from its peer's address only.
  for (const char* ip : {"127.0.0.1", "127.0.0.53", "127.9.9.9"}) {
    asked.ip = *core::IpAddress::parse(ip);
    CHECK(answers_in(Client(asked, SOCK_DGRAM).ask(query_bytes("s3.amazonaws.com"))) == 1);
  }
}

TEST_CASE("dns answers every datagram of a burst, each with its own id") {
  Server server({});
  const Client client = server.udp();
  std::vector<bool> is_answered(150, false);
  for (unsigned id = 0; id < is_answered.size(); ++id) {
    client.send_datagram(query_bytes("s3.amazonaws.com", kA, id));
  }
  for (std::size_t i = 0; i < is_answered.size(); ++i) {
    is_answered.at(static_cast<uint8_t>(client.receive().at(1))) = true;
  }
  CHECK(std::count(is_answered.begin(), is_answered.end(), true) == 150);
}

TEST_CASE("dns stays up and answers after garbage") {
  Server server({});
  const Client client = server.udp();
  client.send_datagram("");
  client.send_datagram("x");
  client.send_datagram(std::string(12, '\xff'));
  client.send_datagram(query_bytes("s3.amazonaws.com") + std::string(5000, 'x'));
  CHECK(code_of(client.receive()) == 1);
  CHECK(answers_in(client.ask(query_bytes("s3.amazonaws.com"))) == 1);
  CHECK(server.count(R"(outcome="ignored")") == 3);
  CHECK(server.count(R"(outcome="malformed")") == 1);
}

TEST_CASE("dns denies other names at once when isolated, or when it has no forwarder") {
  for (const OtherNames others : {OtherNames::kDeny, OtherNames::kForward}) {
    Site site;
    site.config.others = others;
    Server server(site);
    CHECK(code_of(server.udp().ask(query_bytes("www.example.com"))) == 3);
  }
}

Site connected(const core::SocketAddress& forwarder) {
  Site site;
  site.config.others = OtherNames::kForward;
  site.config.forwarders = {forwarder};
  return site;
}

TEST_CASE("dns forwards other names and gives the answer with the client's id and case") {
  const SiteResolver site;
  Server server(connected(site.address()));
  const std::string query = query_bytes("2.wWw.ExAmPlE.com", kA, 0x4321);
  const std::string answer = server.udp().ask(query);
  CHECK(answers_in(answer) == 20);
  CHECK(answer.substr(0, 2) == "\x43\x21");
  CHECK(answer.substr(12, query.size() - 12) == query.substr(12));
  CHECK(answer.size() == query.size() + 20 * 16);
  const Client tcp = server.tcp();
  tcp.send(framed(query));
  CHECK(tcp.receive_frame() == answer);
  CHECK(server.count(R"(outcome="forwarded")") == 2);
}

TEST_CASE("dns fetches a long answer over TCP and truncates it for UDP clients only") {
  const SiteResolver site;
  Server server(connected(site.address()));
  const std::string query = query_bytes("9.example.com");
  const std::string over_udp = server.udp().ask(query);
  CHECK(is_truncated(over_udp));
  CHECK(answers_in(over_udp) == 0);
  CHECK(over_udp.size() == query.size());
  const Client tcp = server.tcp();
  tcp.send(framed(query));
  const std::string over_tcp = tcp.receive_frame();
  CHECK_FALSE(is_truncated(over_tcp));
  CHECK(answers_in(over_tcp) == 90);
}

TEST_CASE("dns a dead forwarder is SERVFAIL for other names and nothing to owned ones") {
  core::SocketAddress dead;
  {
    const SiteResolver gone;
    dead = gone.address();
  }
  Server server(connected(dead));
  const Client client = server.udp();
  CHECK(code_of(client.ask(query_bytes("www.example.com"))) == 2);
  CHECK(code_of(client.ask(query_bytes("s3.amazonaws.com", kText))) == 0);
  const Client tcp = server.tcp();
  tcp.send(framed(query_bytes("www.example.com")) + framed(query_bytes("s3.amazonaws.com")));
  CHECK(answers_in(tcp.receive_frame()) == 1);
  CHECK(code_of(tcp.receive_frame()) == 2);
}

TEST_CASE("dns a silent forwarder holds a bounded number of queries and no owned name") {
  const SiteResolver site;
  Server server(connected(site.address()));
  constexpr std::size_t kPerConnection = 64;
  std::vector<Client> clients;
  std::string queries;
  for (std::size_t i = 0; i < kPerConnection; ++i) queries += framed(query_bytes("silent.example"));
  for (std::size_t i = 0; i < kForwardsMax / kPerConnection; ++i) {
    clients.push_back(server.tcp());
    clients.back().send(queries);
  }
  while (server.count(R"(outcome="forwarded")") < kForwardsMax) std::this_thread::yield();
  const Client client = server.udp();
  CHECK(code_of(client.ask(query_bytes("silent.example"))) == 2);
  CHECK(answers_in(client.ask(query_bytes("s3.amazonaws.com"))) == 1);
}

TEST_CASE("dns takes TCP queries in any pieces and answers them in order") {
  Server server({});
  const Client client = server.tcp();
  std::string stream;
  for (unsigned id = 0; id < 3; ++id) stream += framed(query_bytes("s3.amazonaws.com", kA, id));
  for (const char byte : stream) client.send(std::string(1, byte));
  for (char id = 0; id < 3; ++id) CHECK(client.receive_frame().at(1) == id);

  constexpr unsigned kMany = 20'000;
  std::string many;
  for (unsigned id = 0; id < kMany; ++id) many += framed(query_bytes("s3.amazonaws.com", kA, id));
  std::thread sender([&] {
    client.send(many);
    client.end();
  });
  unsigned in_order = 0;
  for (unsigned id = 0; id < kMany; ++id) {
    const std::string answer = client.receive_frame();
    if (answer.size() > 2 && answer.substr(0, 2) == u16_bytes(id)) ++in_order;
  }
  sender.join();
  CHECK(in_order == kMany);
  CHECK(client.receive().empty());
}

TEST_CASE("dns closes TCP connections that send no DNS") {
  Server server({});
  for (const std::string& garbage :
       {std::string("\0\0", 2), std::string("\0\x0b", 2), std::string("GET / HTTP/1.1\r\n\r\n"),
        std::string("\x10\x01", 2)}) {
    const Client client = server.tcp();
    client.send(garbage);
    CHECK(client.receive().empty());
  }
}

TEST_CASE("dns closes idle TCP connections, also those that send byte by byte") {
  Site site;
  site.config.tcp_idle_ms = 50;
  Server server(site);
  const Client client = server.tcp();
  client.send("\0");
  CHECK(client.receive().empty());
  CHECK(server.metrics.counter("fogbank_dns_tcp_connections_closed_total").value() == 1);
}

TEST_CASE("dns a TCP connection too many takes the place of the longest idle one") {
  Server server({});
  std::vector<Client> clients;
  for (std::size_t i = 0; i < kTcpConnectionsMax; ++i) {
    clients.push_back(server.tcp());
    clients.back().send(framed(query_bytes("s3.amazonaws.com")));
    CHECK(answers_in(clients.back().receive_frame()) == 1);
  }
  const Client late = server.tcp();
  late.send(framed(query_bytes("s3.amazonaws.com")));
  CHECK(answers_in(late.receive_frame()) == 1);
  CHECK(clients.front().receive().empty());
  clients[1].send(framed(query_bytes("s3.amazonaws.com")));
  CHECK(answers_in(clients[1].receive_frame()) == 1);
}

TEST_CASE("dns refuses to forward to itself and to serve zones that are no names") {
  const FixedAddresses addresses;
  const core::Log log(2, core::LogLevel::kError);
  core::Metrics metrics;
  auto loop = core::EventLoop::create();
  for (const char* address : {"127.0.0.1:0", "0.0.0.0:0"}) {
    CAPTURE(address);
    std::vector<ResolverLoop> loops;
    loops.push_back({**loop, {}, {}});
    loops[0].udp_sockets.push_back(listener(address, core::Transport::kUdp));
    Site site = connected(address_of(loops[0].udp_sockets[0].get()));
    site.config.forwarders[0].ip = *core::IpAddress::parse("127.0.0.1");
    const auto made = Resolver::create(site.config, std::move(loops), {addresses, log, metrics});
    REQUIRE_FALSE(made);
    CHECK(made.error().message.find("own resolver") != std::string::npos);
  }
  ResolverConfig config;
  config.zones = {"a..b"};
  CHECK_FALSE(Resolver::create(config, {}, {addresses, log, metrics}));
}

}  // namespace
}  // namespace fogbank::dns
