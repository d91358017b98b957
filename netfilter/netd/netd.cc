// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/netd.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <memory>

#include "core/event_loop.h"
#include "core/fd.h"
#include "netfilter/netd/enforcer.h"
#include "netfilter/netd/privileges.h"
#include "netfilter/netd/server.h"

namespace fogbank::netfilter {
namespace {

using core::Error;
using core::Result;
using core::UniqueFd;

class SignalWatcher final : public core::Watcher {
 public:
  static Result<std::unique_ptr<SignalWatcher>> start(core::EventLoop& loop) {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, signal);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd.is_open()) return core::system_error("netd: signalfd", errno);
    std::unique_ptr<SignalWatcher> out(new SignalWatcher(loop, std::move(fd)));
    if (auto watched = loop.watch(out->fd_.get(), EPOLLIN, *out); !watched) return watched.error();
    return out;
  }
  void on_ready(uint32_t /*events*/) override { loop_.stop(); }

 private:
  SignalWatcher(core::EventLoop& loop, UniqueFd fd) : loop_(loop), fd_(std::move(fd)) {}
  core::EventLoop& loop_;
  UniqueFd fd_;
};

// Held until the process ends, however it ends. The file stays: removing it would let two
// processes hold "the" lock.
Result<UniqueFd> lock_instance(const std::string& socket_path) {
  const std::string path = socket_path + ".lock";
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.is_open()) return core::system_error("netd: cannot open " + path, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return Error{"netd: another fogbank-netd serves " + socket_path + "; stop it with SIGTERM"};
  }
  return fd;
}

}  // namespace

Result<void> run_netd(const Options& options, core::Log& log) {
  const auto lock = lock_instance(options.socket_path);
  if (!lock) return lock.error();
  auto loop = core::EventLoop::create();
  if (!loop) return loop.error();
  // Before anything is in force, so that a signal always meets someone who cleans up.
  const auto signals = SignalWatcher::start(**loop);
  if (!signals) return signals.error();
  const auto enforcer = Enforcer::create({options.policy, log}, options.xtables_lock_path);
  if (!enforcer) return enforcer.error();
  if (options.action == Options::Action::kClean) {
    ::unlink(options.socket_path.c_str());
    return {};
  }
  auto socket = open_control_socket(options);
  if (!socket) return socket.error();
  if (auto dropped = drop_privileges(); !dropped) return dropped;
  {
    const auto server = Server::start({**loop, **enforcer, log}, options, *std::move(socket));
    if (!server) return server.error();
    log.info("netd_ready", {{"socket", options.socket_path}});
    (*loop)->run();
  }
  ::unlink(options.socket_path.c_str());
  auto removed = (*enforcer)->remove();
  log.info("netd_stopped", {{"clean", removed ? "yes" : "no"}});
  return removed;
}

}  // namespace fogbank::netfilter
