#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "proxy/proxy.h"
#include "proxy/worker.h"

namespace fogbank::proxy {
namespace {

// Signals are the main thread's; SIGPIPE of a TLS write to a closed socket is nobody's.
void block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

core::Result<void> check_listener(const Listener& listener, std::size_t loops) {
  int is_listening = 0;
  socklen_t bytes = sizeof is_listening;
  const int fd = listener.fd.get();
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &bytes) != 0) {
    return core::system_error("proxy: a listener is no socket", errno);
  }
  if (is_listening == 0) return core::Error{"proxy: a listener's socket does not listen"};
  if (listener.loop && *listener.loop >= loops) {
    return core::Error{"proxy: a listener names loop " + std::to_string(*listener.loop) + " of " +
                       std::to_string(loops)};
  }
  const int flags = ::fcntl(fd, F_GETFL);
  const int on = 1;
  // Accepted sockets inherit it. Answers are written whole; waiting for more only delays them.
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
    return core::system_error("proxy: cannot prepare a listener", errno);
  }
  return {};
}

}  // namespace

class Server::Impl final {
 public:
  Impl(const Limits& limits, const Links& links)
      : limits_(limits),
        counters_(links.metrics),
        worker_links_{links.handler, links.leaves, links.log, limits_, counters_} {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { stop(); }

  core::Result<void> make_workers(std::size_t loops) {
    const auto key = make_ticket_key();
    if (!key) return key.error();
    for (std::size_t i = 0; i < loops; ++i) {
      auto worker = Worker::create(worker_links_, *key);
      if (!worker) return worker.error();
      workers_.push_back(std::move(*worker));
    }
    return {};
  }

  core::Result<void> add_listener(Listener listener) {
    if (auto checked = check_listener(listener, workers_.size()); !checked) return checked;
    const int fd = listener.fd.get();
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (listener.loop && *listener.loop != i) continue;
      Worker& worker = *workers_[i];
      worker.loop().post([&worker, fd, kind = listener.kind] { worker.listen(fd, kind); });
    }
    listeners_.push_back(std::move(listener.fd));
    return {};
  }

  void start() {
    core::check(threads_.empty(), "a server starts once");
    for (auto& worker : workers_) {
      threads_.emplace_back([&worker = *worker] {
        block_signals();
        worker.loop().run();
        worker.close_all();
      });
    }
  }

  bool drain(int64_t timeout_ms) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    std::counting_semaphore<> silent(0);
    std::counting_semaphore<> drained(0);
    for (auto& worker : workers_) {
      worker->loop().post([&worker = *worker, &silent, &drained] {
        worker.drain([&drained] { drained.release(); });
        silent.release();
      });
    }
    // Once no loop watches them, the sockets close, so that new peers are refused at once.
    for (std::size_t i = 0; i < threads_.size(); ++i) silent.acquire();
    listeners_.clear();
    bool is_complete = true;
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      is_complete = drained.try_acquire_until(deadline) && is_complete;
    }
    stop();
    return is_complete;
  }

  void stop() {
    for (auto& worker : workers_) worker->loop().stop();
    threads_.clear();  // joins
    listeners_.clear();
  }

  [[nodiscard]] std::vector<std::unique_ptr<Worker>>& workers() { return workers_; }

 private:
  const Limits limits_;
  Counters counters_;
  Worker::Links worker_links_;
  std::vector<core::UniqueFd> listeners_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::jthread> threads_;
};

core::Result<std::unique_ptr<Server>> Server::create(std::size_t loops, const Limits& limits,
                                                     const Links& links) {
  if (loops == 0) return core::Error{"proxy: at least one loop is needed"};
  auto impl = std::make_unique<Impl>(limits, links);
  if (auto made = impl->make_workers(loops); !made) return made.error();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

core::Result<void> Server::add_listener(Listener listener) {
  return impl_->add_listener(std::move(listener));
}
void Server::start() { impl_->start(); }
bool Server::drain(int64_t timeout_ms) { return impl_->drain(timeout_ms); }
void Server::stop() { impl_->stop(); }
std::size_t Server::loop_count() const { return impl_->workers().size(); }
core::EventLoop& Server::loop(std::size_t index) { return impl_->workers()[index]->loop(); }

}  // namespace fogbank::proxy
