#include "proxy/worker.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "proxy/original_destination.h"

namespace fogbank::proxy {
namespace {

constexpr std::size_t kReadBufferBytes = 64 * 1024;
constexpr int kAcceptsPerTurn = 64;             // before connections get their turn
constexpr int64_t kPauseWithoutMemoryMs = 100;  // after accept() lacked descriptors or memory

// How often connections are looked at: often enough for the shortest timeout.
int64_t tick_ms(const Limits& limits) {
  const int64_t shortest = std::min({limits.handshake_timeout_ms, limits.idle_timeout_ms,
                                     limits.idle_timeout_when_full_ms, limits.head_timeout_ms,
                                     limits.body_stall_timeout_ms, limits.write_stall_timeout_ms,
                                     limits.linger_timeout_ms});
  return std::clamp<int64_t>(shortest / 4, 10, 1000);
}

}  // namespace

// Accepts from one listening socket.
class Worker::Acceptor final : public core::Watcher {
 public:
  Acceptor(Worker& worker, int fd, Listener::Kind kind) : worker_(worker), fd_(fd), kind_(kind) {}
  ~Acceptor() override { unwatch(); }

  void watch() {
    // Exclusive, so that one connection does not wake every loop that shares the socket.
    if (!worker_.loop_->watch(fd_, EPOLLIN | EPOLLEXCLUSIVE, *this)) {
      worker_.worker_links_.log.error("listener_unwatchable", {{"descriptor", fd_}});
    }
  }
  void unwatch() { worker_.loop_->unwatch(fd_); }

  void on_ready(uint32_t) override { accept_some(); }

  // True if more connections may be waiting.
  bool accept_some() {
    Counters& counters = worker_.worker_links_.counters;
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
      if (worker_.is_full()) {
        counters.accept_pauses.add();
        worker_.pause_accepting(0);
        return false;
      }
      sockaddr_storage raw{};
      socklen_t bytes = sizeof raw;
      core::UniqueFd fd(
          ::accept4(fd_, reinterpret_cast<sockaddr*>(&raw), &bytes, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (fd.is_open()) {
        (kind_ == Listener::Kind::kTls ? counters.accepted_tls : counters.accepted_plain).add();
        const auto peer = core::SocketAddress::from(raw);
        if (peer) worker_.accept_one(std::move(fd), *peer, kind_);
        continue;
      }
      if (errno == EAGAIN) return false;
      if (errno == EINTR || errno == ECONNABORTED) continue;
      counters.accept_failures.add();
      worker_.worker_links_.log.warn("accept_failed", {{"errno", errno}});
      worker_.pause_accepting(kPauseWithoutMemoryMs);
      return false;
    }
    return true;
  }

 private:
  Worker& worker_;
  int fd_;
  Listener::Kind kind_;
};

core::Result<std::unique_ptr<Worker>> Worker::create(const Links& links, const TicketKey& key) {
  auto loop = core::EventLoop::create();
  if (!loop) return loop.error();
  auto tls = TlsContext::create(links.leaves, key);
  if (!tls) return tls.error();
  return std::unique_ptr<Worker>(new Worker(links, std::move(*loop), std::move(*tls)));
}

Worker::Worker(const Links& links, std::unique_ptr<core::EventLoop> loop,
               std::unique_ptr<TlsContext> tls)
    : worker_links_(links),
      loop_(std::move(loop)),
      tls_(std::move(tls)),
      read_buffer_(std::make_unique_for_overwrite<std::byte[]>(kReadBufferBytes)),
      links_{{*loop_, links.handler, links.limits, links.counters, links.log},
             *this,
             {read_buffer_.get(), kReadBufferBytes}} {}

Worker::~Worker() { close_all(); }

void Worker::listen(int fd, Listener::Kind kind) {
  if (on_drained_) return;
  acceptors_.push_back(std::make_unique<Acceptor>(*this, fd, kind));
  if (is_accepting_) acceptors_.back()->watch();
}

void Worker::accept_one(core::UniqueFd fd, const core::SocketAddress& peer, Listener::Kind kind) {
  core::ConnectionFacts facts;
  facts.peer = peer;
  facts.destination = original_destination(fd.get());
  auto connection = std::make_unique<Connection>(
      links_, std::move(fd), std::move(facts), kind == Listener::Kind::kTls ? tls_.get() : nullptr);
  connection->index = connections_.size();
  connections_.push_back(std::move(connection));
  start_ticking();
  connections_.back()->start();
}

void Worker::pause_accepting(int64_t until_ms) {
  if (!is_accepting_) return;
  is_accepting_ = false;
  for (auto& acceptor : acceptors_) acceptor->unwatch();
  if (until_ms > 0) loop_->after(until_ms, [this] { resume_accepting(); });
}

void Worker::resume_accepting() {
  if (is_accepting_ || is_full()) return;
  is_accepting_ = true;
  for (auto& acceptor : acceptors_) acceptor->watch();
}

void Worker::run_soon(Connection& connection) {
  if (connection.is_scheduled) return;
  connection.is_scheduled = true;
  scheduled_.push_back(&connection);
  if (scheduled_.size() == 1) loop_->post([this] { run_scheduled(); });
}

void Worker::run_scheduled() {
  // Those scheduled meanwhile get a turn of their own. A run removes no connection but its own.
  std::vector<Connection*> due;
  due.swap(scheduled_);
  for (Connection* connection : due) {
    if (connection == nullptr) continue;
    connection->is_scheduled = false;
    connection->run();
  }
}

void Worker::remove(Connection& connection) {
  if (connection.is_scheduled) {
    std::ranges::replace(scheduled_, &connection, nullptr);
  }
  const std::size_t index = connection.index;
  std::swap(connections_[index], connections_.back());
  connections_[index]->index = index;
  connections_.pop_back();
  if (on_drained_ && connections_.empty()) on_drained_();
  if (!is_accepting_) resume_accepting();
}

void Worker::start_ticking() {
  if (tick_timer_ != 0) return;
  tick_timer_ = loop_->after(tick_ms(worker_links_.limits), [this] { tick(); });
}

// Backwards, because a removed connection's place is taken by the last one.
void Worker::tick() {
  tick_timer_ = 0;
  // While new peers wait, or the end does, those that only hold a connection give it up sooner.
  const Limits& limits = worker_links_.limits;
  int64_t idle_timeout_ms = limits.idle_timeout_ms;
  if (is_full()) idle_timeout_ms = std::min(idle_timeout_ms, limits.idle_timeout_when_full_ms);
  if (on_drained_) idle_timeout_ms = std::min(idle_timeout_ms, limits.idle_timeout_in_drain_ms);
  for (std::size_t i = connections_.size(); i > 0; --i) {
    connections_[i - 1]->check_time(idle_timeout_ms);
  }
  if (!connections_.empty()) start_ticking();
}

void Worker::drain(std::function<void()> on_done) {
  // What has reached a backlog is served: closing a listener would reset it.
  for (auto& acceptor : acceptors_) {
    while (is_accepting_ && acceptor->accept_some()) {
    }
  }
  acceptors_.clear();
  for (std::size_t i = connections_.size(); i > 0; --i) connections_[i - 1]->drain();
  on_drained_ = std::move(on_done);
  if (connections_.empty()) on_drained_();
}

void Worker::close_all() {
  acceptors_.clear();
  connections_.clear();
  scheduled_.clear();
}

}  // namespace fogbank::proxy
