#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>

#include "compute/compute.h"
#include "compute/control.h"
#include "compute/inside.h"
#include "compute/remedy.h"

namespace fogbank::compute {
namespace {

using core::Error;
using core::Result;
using core::UniqueFd;

constexpr std::array kForwardedSignals = {SIGINT, SIGTERM, SIGHUP, SIGWINCH};

bool write_file(const std::string& path, const std::string& text) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return fd.is_open() &&
         ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// A map of every user, or group, known here to the same number.
std::string identity_map(const char* own_map) {
  std::ifstream file(own_map);
  std::string out;
  uint64_t inside = 0;
  uint64_t outside = 0;
  uint64_t count = 0;
  while (file >> inside >> outside >> count) {
    out += std::to_string(inside) + ' ' + std::to_string(inside) + ' ' + std::to_string(count);
    out += '\n';
  }
  return out;
}

// All users for root, who may be any of them; the own user for others. A root that may not map all
// (in a container) is such another.
Result<void> map_users(pid_t holder) {
  const std::string process = "/proc/" + std::to_string(holder);
  if (::geteuid() == 0 && write_file(process + "/uid_map", identity_map("/proc/self/uid_map")) &&
      write_file(process + "/gid_map", identity_map("/proc/self/gid_map"))) {
    return {};
  }
  const std::string uid = std::to_string(::geteuid());
  const std::string gid = std::to_string(::getegid());
  if (!write_file(process + "/setgroups", "deny") ||
      !write_file(process + "/uid_map", uid + ' ' + uid + " 1\n") ||
      !write_file(process + "/gid_map", gid + ' ' + gid + " 1\n")) {
    return with_remedy(
        core::system_error("sandbox: cannot map the user into its namespace", errno));
  }
  return {};
}

Result<void> check_limits(const SandboxOptions& options) {
  if (options.command.empty()) return Error{"sandbox: no command is given"};
  if (options.listeners.size() > SandboxOptions::kListenersMax) {
    return Error{"sandbox: at most " + std::to_string(SandboxOptions::kListenersMax) +
                 " listeners can be made"};
  }
  if (options.addresses.size() > SandboxOptions::kAddressesMax) {
    return Error{"sandbox: at most " + std::to_string(SandboxOptions::kAddressesMax) +
                 " addresses can be put on lo"};
  }
  if (options.overlays.size() > SandboxOptions::kOverlaysMax) {
    return Error{"sandbox: at most " + std::to_string(SandboxOptions::kOverlaysMax) +
                 " files can be replaced"};
  }
  return {};
}

sigset_t forwarded_signals() {
  sigset_t out;
  ::sigemptyset(&out);
  for (const int signal : kForwardedSignals) ::sigaddset(&out, signal);
  return out;
}

}  // namespace

Sandbox::Sandbox(pid_t holder, UniqueFd holder_fd, UniqueFd control, UniqueFd signals)
    : holder_(holder),
      holder_fd_(std::move(holder_fd)),
      control_(std::move(control)),
      signals_(std::move(signals)) {}

Sandbox::~Sandbox() {
  if (holder_ <= 0) return;
  ::kill(holder_, SIGKILL);
  ::waitpid(holder_, nullptr, 0);
}

Result<std::unique_ptr<Sandbox>> Sandbox::create(const SandboxOptions& options) {
  if (auto checked = check_limits(options); !checked) return checked.error();
  auto ends = open_control();
  if (!ends) return ends.error();
  InsideLinks inside{std::move(ends->second), ::getpid(), {}};
  const sigset_t forwarded = forwarded_signals();
  ::pthread_sigmask(SIG_BLOCK, &forwarded, &inside.command_signals);
  for (const int signal : kForwardedSignals) ::sigdelset(&inside.command_signals, signal);
  UniqueFd signals(::signalfd(-1, &forwarded, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals.is_open()) return core::system_error("sandbox: signalfd", errno);

  const pid_t holder = ::fork();
  if (holder < 0) return core::system_error("sandbox: fork", errno);
  if (holder == 0) {
    ends->first.reset();
    run_holder(options, std::move(inside));
  }
  inside.control.reset();
  UniqueFd holder_fd(static_cast<int>(::syscall(SYS_pidfd_open, holder, 0)));
  std::unique_ptr<Sandbox> out(
      new Sandbox(holder, std::move(holder_fd), std::move(ends->first), std::move(signals)));
  if (!out->holder_fd_.is_open()) return core::system_error("sandbox: pidfd_open", errno);

  const int control = out->control_.get();
  if (auto unshared = expect_message(control, Message::kUnshared); !unshared) {
    return unshared.error();
  }
  if (auto mapped = map_users(holder); !mapped) return mapped.error();
  if (auto sent = send_message(control, Message::kMapped); !sent) return sent.error();
  auto listeners = expect_message(control, Message::kListeners);
  if (!listeners) return listeners.error();
  if (listeners->descriptors.size() != options.listeners.size()) {
    return Error{"sandbox: too few file descriptors are left for its listeners; raise ulimit -n"};
  }
  out->listeners_ = std::move(listeners->descriptors);
  if (auto ready = expect_message(control, Message::kReady); !ready) return ready.error();
  return out;
}

Result<void> Sandbox::start() { return send_message(control_.get(), Message::kStart); }

Result<int> Sandbox::wait() {
  std::array<pollfd, 2> waiting = {{{holder_fd_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}}};
  while (waiting[0].revents == 0) {
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) {
      return core::system_error("sandbox: poll", errno);
    }
    signalfd_siginfo signal{};
    if (::read(signals_.get(), &signal, sizeof signal) != sizeof signal) continue;
    // A terminal's signals go to its whole foreground group, so the command has had this one.
    if (signal.ssi_code == SI_KERNEL) continue;
    const char number = static_cast<char>(signal.ssi_signo);
    // Fails only if the command has just ended, which the next round sees.
    (void)send_message(control_.get(), Message::kSignal, {&number, 1}).has_value();
  }
  int status = 0;
  if (::waitpid(holder_, &status, 0) != holder_) {
    return core::system_error("sandbox: waitpid", errno);
  }
  holder_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace fogbank::compute
