#include "dns/tcp_server.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "dns/forwarded.h"

namespace fogbank::dns {
namespace {

constexpr int kAcceptsPerRound = 64;
constexpr std::size_t kLengthBytes = 2;
// A peer that asks and does not read is not read from either.
constexpr std::size_t kUnsentBytesMax = 64 * 1024;
constexpr std::size_t kForwardsPerConnectionMax = 64;
constexpr std::size_t kTcpAnswerBytesMax = 0xffff;

}  // namespace

class TcpServer::Listener final : public core::Watcher {
 public:
  Listener(TcpServer& server, core::UniqueFd fd) : server_(server), fd_(std::move(fd)) {}
  [[nodiscard]] int fd() const { return fd_.get(); }
  void on_ready(uint32_t /*events*/) override { server_.accept_from(fd_.get()); }

 private:
  TcpServer& server_;
  core::UniqueFd fd_;
};

class TcpServer::Connection final : public core::Watcher {
 public:
  Connection(TcpServer& server, core::UniqueFd fd, uint64_t number)
      : server_(server), fd_(std::move(fd)), number_(number) {}

  void on_ready(uint32_t events) override {
    if (!serve(events)) server_.close(*this);  // `this` is gone
  }
  // An answer of a forwarder; the connection may be closed by it.
  void take_answer(std::string_view answer) {
    --forwards_;
    queue(answer);
    if (!advance()) server_.close(*this);
  }

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] uint64_t number() const { return number_; }
  int64_t active_ms = 0;
  Connections::iterator place;

 private:
  friend class TcpServer;
  // All of these: false says close.
  bool serve(uint32_t events);
  bool read_some();
  bool advance();
  bool answer_queries();
  bool flush();
  void answer_query(std::string_view query);
  void queue(std::string_view answer);
  [[nodiscard]] bool has_room() const {
    return out_.size() < kUnsentBytesMax && forwards_ < kForwardsPerConnectionMax;
  }

  TcpServer& server_;
  core::UniqueFd fd_;
  uint64_t number_;
  std::string in_;
  std::string out_;
  std::size_t forwards_ = 0;  // unanswered
  uint32_t events_ = EPOLLIN;
  bool is_at_end_ = false;  // the peer sends no more
};

bool TcpServer::Connection::serve(uint32_t events) {
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) return false;
  if ((events & EPOLLIN) != 0 && !read_some()) return false;
  return advance();
}

// Sending makes room for queries that have been read already, so both go on as long as they help
// each other.
bool TcpServer::Connection::advance() {
  std::size_t unread = 0;
  do {
    unread = in_.size();
    if (!flush() || !answer_queries()) return false;
  } while (in_.size() < unread);
  if (is_at_end_ && out_.empty() && forwards_ == 0) return false;
  const bool is_reading = !is_at_end_ && has_room();
  const uint32_t wanted = (is_reading ? EPOLLIN : 0U) | (out_.empty() ? 0U : EPOLLOUT);
  if (wanted != events_) server_.loop_.change(fd_.get(), wanted);
  events_ = wanted;
  return true;
}

bool TcpServer::Connection::read_some() {
  std::array<char, kTcpQueryBytesMax + kLengthBytes> piece;
  // A full buffer holds a whole query, which waits for room to be answered.
  if (in_.size() >= piece.size()) return true;
  const ssize_t got = ::recv(fd_.get(), piece.data(), piece.size() - in_.size(), 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) is_at_end_ = true;
  in_.append(piece.data(), static_cast<std::size_t>(got));
  return true;
}

bool TcpServer::Connection::answer_queries() {
  std::string_view rest = in_;
  while (rest.size() >= kLengthBytes && has_room()) {
    const std::size_t query_bytes = u16_at(rest, 0);
    if (query_bytes < kHeaderBytes || query_bytes > kTcpQueryBytesMax) return false;
    if (rest.size() < kLengthBytes + query_bytes) break;
    answer_query(rest.substr(kLengthBytes, query_bytes));
    rest.remove_prefix(kLengthBytes + query_bytes);
  }
  in_.erase(0, in_.size() - rest.size());
  return true;
}

void TcpServer::Connection::answer_query(std::string_view message) {
  server_.note_activity(*this);
  std::array<char, kPlainAnswerBytesMax> out;
  Query query;
  const Answering& answering = server_.answering_;
  const auto [outcome, bytes] = answer(answering.site, message, query, out);
  answering.counters.count(outcome);
  if (outcome == Outcome::kForward) return server_.forward(*this, message);
  if (bytes > 0) queue({out.data(), bytes});
}

void TcpServer::Connection::queue(std::string_view answer) {
  out_.push_back(static_cast<char>(answer.size() >> 8));
  out_.push_back(static_cast<char>(answer.size() & 0xff));
  out_.append(answer);
}

bool TcpServer::Connection::flush() {
  while (!out_.empty()) {
    const ssize_t sent = ::send(fd_.get(), out_.data(), out_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) break;
    if (sent < 0) return false;
    out_.erase(0, static_cast<std::size_t>(sent));
  }
  return true;
}

TcpServer::TcpServer(core::EventLoop& loop, const Answering& answering, int64_t idle_ms)
    : loop_(loop), answering_(answering), idle_ms_(idle_ms) {}

TcpServer::~TcpServer() {
  if (idle_timer_ != 0) loop_.cancel(idle_timer_);
  for (const auto& connection : connections_) loop_.unwatch(connection->fd());
  for (const auto& listener : listeners_) loop_.unwatch(listener->fd());
}

core::Result<void> TcpServer::listen(core::UniqueFd fd) {
  listeners_.push_back(std::make_unique<Listener>(*this, std::move(fd)));
  return loop_.watch(listeners_.back()->fd(), EPOLLIN, *listeners_.back());
}

void TcpServer::accept_from(int listener) {
  for (int i = 0; i < kAcceptsPerRound; ++i) {
    core::UniqueFd fd(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd.is_open()) {
      // Out of descriptors: the longest idle connection gives its own.
      if ((errno == EMFILE || errno == ENFILE) && !connections_.empty()) {
        answering_.counters.connections_closed.add();
        close(*connections_.front());
      }
      return;
    }
    add(std::move(fd));
  }
}

void TcpServer::add(core::UniqueFd fd) {
  if (connections_.size() >= kTcpConnectionsMax) {
    answering_.counters.connections_closed.add();
    close(*connections_.front());
  }
  auto connection = std::make_unique<Connection>(*this, std::move(fd), next_number_++);
  if (!loop_.watch(connection->fd(), EPOLLIN, *connection)) return;
  answering_.counters.connections.add();
  connection->active_ms = loop_.monotonic_ms();
  by_number_.emplace(connection->number(), connection.get());
  connections_.push_back(std::move(connection));
  connections_.back()->place = std::prev(connections_.end());
  schedule_close_idle();
}

void TcpServer::close(Connection& connection) {
  loop_.unwatch(connection.fd());
  by_number_.erase(connection.number());
  connections_.erase(connection.place);
}

void TcpServer::note_activity(Connection& connection) {
  connection.active_ms = loop_.monotonic_ms();
  connections_.splice(connections_.end(), connections_, connection.place);
}

void TcpServer::close_idle() {
  const int64_t idle_since_ms = loop_.monotonic_ms() - idle_ms_;
  while (!connections_.empty() && connections_.front()->active_ms <= idle_since_ms) {
    answering_.counters.connections_closed.add();
    close(*connections_.front());
  }
  schedule_close_idle();
}

void TcpServer::schedule_close_idle() {
  if (idle_timer_ != 0 || connections_.empty()) return;
  const int64_t idle_ms = loop_.monotonic_ms() - connections_.front()->active_ms;
  idle_timer_ = loop_.after(idle_ms_ - idle_ms, [this] {
    idle_timer_ = 0;
    close_idle();
  });
}

void TcpServer::forward(Connection& connection, std::string_view query) {
  ++connection.forwards_;
  const auto reply = [this, number = connection.number(),
                      copy = std::string(query)](std::optional<std::string_view> from_forwarder) {
    if (!from_forwarder) answering_.counters.forwards_failed.add();
    const auto at = by_number_.find(number);
    if (at == by_number_.end()) return;
    at->second->take_answer(forwarded_answer(from_forwarder, copy, kTcpAnswerBytesMax));
  };
  if (answering_.forwarder->ask(query, reply)) return;
  answering_.counters.forwards_refused.add();
  --connection.forwards_;
  connection.queue(forwarded_answer(std::nullopt, query, kTcpAnswerBytesMax));
}

}  // namespace fogbank::dns
