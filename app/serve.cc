#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <thread>

#include "app/arguments.h"
#include "app/commands.h"
#include "app/host_resolver.h"
#include "app/instance.h"
#include "app/steering_plan.h"

namespace fogbank::app {
namespace {

constexpr int64_t kDrainMs = 15'000;
constexpr int kReattachAttempts = 150;
constexpr int kReattachPauseMs = 200;
constexpr const char* kHelp =
    "usage: fogbank serve [--config FILE]\n\n"
    "Runs the daemon in the foreground, as any user: addresses, rules and sockets come from\n"
    "fogbank-netd, which must be running. SIGTERM finishes what is under way and ends.\n";

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

std::size_t loop_count(const Config& config) {
  return config.loops != 0 ? config.loops : std::max(1U, std::thread::hardware_concurrency());
}

core::Result<std::vector<core::SocketAddress>> choose_forwarders(const Config& config) {
  if (config.resolver_mode == ResolverMode::kIsolated) return std::vector<core::SocketAddress>();
  if (!config.forwarders.empty()) return config.forwarders;
  return forwarders_of({.keep = config.state + "-host"});
}

// fogbank-netd takes the rules with it when it dies; its successor gets the plan again. The
// sockets that the first one made stay ours.
core::Result<netfilter::Client> reattach(const Config& config, const aws::VipPool& pool) {
  core::Error last;
  for (int attempt = 0; attempt < kReattachAttempts; ++attempt) {
    ::poll(nullptr, 0, kReattachPauseMs);
    auto netd = netfilter::Client::connect(netd_socket(config));
    if (!netd) {
      last = netd.error();
      continue;
    }
    auto applied = netd->apply(make_plan(config, pool));
    if (applied) return netd;
    last = applied.error();
  }
  return last;
}

core::Result<void> watch_until_signal(const Config& config, const aws::VipPool& pool,
                                      netfilter::Client netd, core::Log& log) {
  const sigset_t signals = stop_signals();
  const core::UniqueFd signal_fd(::signalfd(-1, &signals, SFD_CLOEXEC));
  if (!signal_fd.is_open()) return core::system_error("signalfd", errno);
  for (;;) {
    pollfd ready[] = {{signal_fd.get(), POLLIN, 0}, {netd.fd(), POLLRDHUP, 0}};
    if (::poll(ready, 2, -1) < 0 && errno != EINTR) return core::system_error("poll", errno);
    if (ready[0].revents != 0) return {};
    if (ready[1].revents == 0) continue;
    log.warn("netd_lost", {});
    auto again = reattach(config, pool);
    if (!again) return again.error();
    netd = std::move(*again);
    log.info("netd_found_again", {});
  }
}

core::Result<void> serve(const Config& config, core::Log& log) {
  const auto pool = aws::VipPool::parse(config.vip_v4, config.vip_v6);
  if (!pool) return core::Error{"vip_v4 and vip_v6 must be the first addresses of a /15 and a /64"};
  auto netd = netfilter::Client::connect(netd_socket(config));
  if (!netd) return netd.error();
  auto status = netd->apply(make_plan(config, *pool));
  if (!status) return status.error();
  log.info("steering", {{"backend", netfilter::backend_name(status->backend)},
                        {"vips", status->vips_present},
                        {"redirects", status->redirects_present}});
  const std::size_t loops = loop_count(config);
  auto sockets = open_sockets(*netd, config, *pool, status->backend, loops);
  if (!sockets) return sockets.error();
  auto forwarders = choose_forwarders(config);
  if (!forwarders) return forwarders.error();

  auto instance =
      Instance::create({.state = config.state,
                        .durability = config.durability,
                        .account = config.account,
                        .vips = *pool,
                        .loops = loops,
                        .forwarders = std::move(*forwarders),
                        .admin = config.admin,
                        .steering = std::string(netfilter::backend_name(status->backend))},
                       std::move(*sockets), log);
  if (!instance) return instance.error();
  (*instance)->start();
  log.info("serving", {{"loops", loops}, {"admin", config.admin.text()}});

  auto watched = watch_until_signal(config, *pool, std::move(*netd), log);
  log.info("stopping", {{"reason", watched ? "signal" : watched.error().message}});
  (*instance)->stop(kDrainMs);
  return watched;
}

}  // namespace

int command_serve(const Words& words) {
  const auto arguments = Arguments::parse(words, {"config"}, {"help"});
  if (!arguments) return fail_usage(arguments.error().message, "serve");
  if (arguments->has("help")) {
    std::fputs(kHelp, stdout);
    return 0;
  }
  const auto config =
      load_config(arguments->value("config").value_or(std::string(kDefaultConfigPath)));
  if (!config) return fail(config.error());
  // Before any thread is made, so that only the signalfd takes them.
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  core::Log log(STDERR_FILENO, config->log_level);
  if (auto served = serve(*config, log); !served) {
    log.error("serve_failed", {{"reason", served.error().message}});
    return 1;
  }
  return 0;
}

}  // namespace fogbank::app
