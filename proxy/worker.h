// One event loop with its listeners and connections. All but the constructor's thread-safe
// callers run on the loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "certs/certs.h"
#include "core/event_loop.h"
#include "proxy/connection.h"
#include "proxy/proxy.h"

namespace fogbank::proxy {

class Worker final : public ConnectionOwner {
 public:
  // What all workers share; outlives them.
  struct Links {
    core::RequestHandler& handler;
    certs::LeafSource& leaves;
    core::Log& log;
    const Limits& limits;
    Counters& counters;
  };
  static core::Result<std::unique_ptr<Worker>> create(const Links& links, const TicketKey& key);
  ~Worker() override;

  [[nodiscard]] core::EventLoop& loop() { return *loop_; }
  // Accepts from `fd`, which stays the caller's and open for the worker's life.
  void listen(int fd, Listener::Kind kind);
  // Calls `on_done` once there are no connections left.
  void drain(std::function<void()> on_done);
  void close_all();

  void run_soon(Connection& connection) override;
  void remove(Connection& connection) override;

 private:
  class Acceptor;
  Worker(const Links& links, std::unique_ptr<core::EventLoop> loop,
         std::unique_ptr<TlsContext> tls);
  void run_scheduled();
  void accept_one(core::UniqueFd fd, const core::SocketAddress& peer, Listener::Kind kind);
  [[nodiscard]] bool is_full() const {
    return connections_.size() >= worker_links_.limits.connections_max;
  }
  void pause_accepting(int64_t until_ms);
  void resume_accepting();
  void start_ticking();
  void tick();

  Links worker_links_;
  std::unique_ptr<core::EventLoop> loop_;
  std::unique_ptr<TlsContext> tls_;
  std::unique_ptr<std::byte[]> read_buffer_;
  ConnectionLinks links_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> scheduled_;  // null: removed meanwhile
  std::function<void()> on_drained_;
  core::TimerId tick_timer_ = 0;
  bool is_accepting_ = true;
};

}  // namespace fogbank::proxy
