// SPDX-License-Identifier: GPL-2.0-or-later
// Serves clients on the control socket: who may ask, whose plan is in force, and when it ends.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "core/event_loop.h"
#include "core/fd.h"
#include "core/log.h"
#include "netfilter/netd/enforcer.h"
#include "netfilter/netd/options.h"
#include "netfilter/protocol.h"

namespace fogbank::netfilter {

// The control socket: made under another name and then renamed, so that who sees it can connect.
core::Result<core::UniqueFd> open_control_socket(const Options& options);

class Server final : public core::Watcher {
 public:
  struct Links {
    core::EventLoop& loop;
    Enforcer& enforcer;
    core::Log& log;
  };
  static constexpr std::size_t kClientsMax = 16;

  // `links` and `options` outlive the server.
  static core::Result<std::unique_ptr<Server>> start(const Links& links, const Options& options,
                                                     core::UniqueFd socket);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() override;

  void on_ready(uint32_t events) override;  // of the control socket

 private:
  class Connection;
  Server(const Links& links, const Options& options, core::UniqueFd socket);

  struct Answer {
    Reply reply;
    core::UniqueFd descriptor;
  };
  Answer answer(Connection& client, const Request& request);
  Reply apply(Connection& client, const Plan& plan);
  Reply status() const;
  Reply remove();
  Answer listen(const core::ListenRequest& request) const;
  void close(Connection& client);  // destroys it
  void abandon();                  // the owner of the plan has gone
  void check_in_a_while();

  Links links_;
  const Options& options_;
  core::UniqueFd socket_;
  std::vector<std::unique_ptr<Connection>> clients_;
  Connection* owner_ = nullptr;  // whose plan is in force
  core::TimerId grace_timer_ = 0;
  core::TimerId check_timer_ = 0;
};

}  // namespace fogbank::netfilter
