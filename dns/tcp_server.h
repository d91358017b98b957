// Answers on TCP connections: messages behind a length of two bytes (RFC 7766). For this room
// only.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/event_loop.h"
#include "core/fd.h"
#include "dns/answering.h"

namespace fogbank::dns {

// All TCP of one loop. The server outlives nothing that calls back into it: the forwarder of
// `answering` is destroyed first.
class TcpServer final {
 public:
  TcpServer(core::EventLoop& loop, const Answering& answering, int64_t idle_ms);
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;
  ~TcpServer();
  core::Result<void> listen(core::UniqueFd listener);

 private:
  class Listener;
  class Connection;
  using Connections = std::list<std::unique_ptr<Connection>>;

  void accept_from(int listener);
  void add(core::UniqueFd fd);
  void close(Connection& connection);
  void note_activity(Connection& connection);
  void close_idle();
  void schedule_close_idle();
  void forward(Connection& connection, std::string_view query);

  core::EventLoop& loop_;
  const Answering& answering_;
  int64_t idle_ms_;
  std::list<std::unique_ptr<Listener>> listeners_;
  Connections connections_;  // the longest idle first
  // By number, for answers that come when a connection may be gone.
  std::unordered_map<uint64_t, Connection*> by_number_;
  uint64_t next_number_ = 1;
  core::TimerId idle_timer_ = 0;
};

}  // namespace fogbank::dns
