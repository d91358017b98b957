#include "compute/inside.h"

#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "compute/confinement.h"
#include "compute/control.h"
#include "compute/loopback.h"
#include "compute/mounts.h"
#include "compute/remedy.h"

namespace fogbank::compute {
namespace {

using core::Error;
using core::Result;
using core::UniqueFd;

constexpr int kNotFound = 127;
constexpr int kNotRunnable = 126;
constexpr int kSetupFailed = 125;
constexpr int kSignalBase = 128;

// The exit code that stands for a status of waitpid(2).
int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
}

[[noreturn]] void fail(const UniqueFd& control, const Error& error) {
  (void)send_message(control.get(), Message::kFailed, error.message).has_value();
  ::_exit(kSetupFailed);
}

// Ends this process when its parent ends. Set after the namespaces, which clear it.
bool end_with_parent(pid_t parent) {
  return ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && ::getppid() == parent;
}

void block_all_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
}

void change_environment(const std::vector<EnvironmentVariable>& changes) {
  for (const EnvironmentVariable& change : changes) {
    if (change.value) {
      ::setenv(change.name.c_str(), change.value->c_str(), 1);
    } else {
      ::unsetenv(change.name.c_str());
    }
  }
}

[[noreturn]] void execute(const SandboxOptions& options, const sigset_t& signals) {
  change_environment(options.environment);
  std::vector<char*> arguments;
  for (const std::string& argument : options.command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));  // execvp() does not write to it
  }
  arguments.push_back(nullptr);
  // The caller may ignore SIGPIPE, as servers do; a command expects it.
  ::signal(SIGPIPE, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &signals, nullptr);
  ::execvp(arguments[0], arguments.data());
  const int number = errno;
  std::fprintf(stderr, "fogbank: cannot run %s: %s\n", arguments[0], std::strerror(number));
  ::_exit(number == ENOENT ? kNotFound : kNotRunnable);
}

// Process 1 of the namespace: when it ends, the kernel ends all others.
class FirstProcess final {
 public:
  FirstProcess(const SandboxOptions& options, InsideLinks links)
      : options_(options), links_(std::move(links)) {}

  [[noreturn]] void run() {
    block_all_signals();
    sigset_t child;
    ::sigemptyset(&child);
    ::sigaddset(&child, SIGCHLD);
    const UniqueFd children(::signalfd(-1, &child, SFD_CLOEXEC));
    std::array<pollfd, 2> waiting = {
        {{links_.control.get(), POLLIN, 0}, {children.get(), POLLIN, 0}}};
    for (;;) {
      if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
      if (waiting[1].revents != 0) reap(children.get());
      if (waiting[0].revents != 0) obey();
    }
  }

 private:
  void obey() {
    const auto received = receive_message(links_.control.get());
    // The caller has gone, and everything here goes with it.
    if (!received) ::_exit(kSignalBase + SIGKILL);
    if (received->kind == Message::kStart && command_ < 0) start();
    if (received->kind == Message::kSignal && command_ > 0 && received->text.size() == 1) {
      ::kill(command_, received->text[0]);
    }
  }

  void start() {
    command_ = ::fork();
    if (command_ == 0) execute(options_, links_.command_signals);
    if (command_ < 0) {
      std::fprintf(stderr, "fogbank: cannot fork: %s\n", std::strerror(errno));
      ::_exit(kNotRunnable);
    }
  }

  void reap(int children) const {
    signalfd_siginfo ignored{};
    [[maybe_unused]] const auto got = ::read(children, &ignored, sizeof ignored);
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (pid == command_) ::_exit(code_of(status));
    }
  }

  const SandboxOptions& options_;
  InsideLinks links_;
  pid_t command_ = -1;
};

[[noreturn]] void run_first_process(const SandboxOptions& options, InsideLinks links) {
  // Its parent, the holder, is not of this process namespace and has no number in it.
  if (!end_with_parent(0)) fail(links.control, Error{"sandbox: its holder has ended"});
  if (auto done = set_up_mounts(options); !done) fail(links.control, done.error());
  if (auto done = confine(); !done) fail(links.control, done.error());
  if (!send_message(links.control.get(), Message::kReady)) ::_exit(kSetupFailed);
  FirstProcess(options, std::move(links)).run();
}

Result<void> send_listeners(const UniqueFd& control, const SandboxOptions& options) {
  std::vector<UniqueFd> listeners;
  for (const core::ListenRequest& request : options.listeners) {
    auto listener = core::open_listener(request);
    if (!listener) return Error{"sandbox: " + listener.error().message};
    listeners.push_back(*std::move(listener));
  }
  return send_message(control.get(), Message::kListeners, {}, listeners);
}

Result<void> make_namespaces(const UniqueFd& control) {
  constexpr int kNamespaces =
      CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC;
  if (::unshare(kNamespaces) != 0) {
    return with_remedy(core::system_error("sandbox: cannot make its namespaces", errno));
  }
  if (auto sent = send_message(control.get(), Message::kUnshared); !sent) return sent;
  auto mapped = expect_message(control.get(), Message::kMapped);
  if (!mapped) return mapped.error();
  return {};
}

}  // namespace

void run_holder(const SandboxOptions& options, InsideLinks links) {
  block_all_signals();
  const UniqueFd& control = links.control;
  if (auto made = make_namespaces(control); !made) fail(control, made.error());
  if (!end_with_parent(links.caller)) ::_exit(kSetupFailed);
  if (auto done = set_up_loopback(options.addresses); !done) {
    fail(control, with_remedy(done.error()));
  }
  if (auto sent = send_listeners(control, options); !sent) fail(control, sent.error());
  const pid_t first = ::fork();
  if (first < 0) fail(control, core::system_error("sandbox: fork", errno));
  if (first == 0) run_first_process(options, std::move(links));
  links.control.reset();  // the caller hears of the first process's end by its closing
  int status = 0;
  while (::waitpid(first, &status, 0) < 0 && errno == EINTR) {
  }
  ::_exit(code_of(status));
}

}  // namespace fogbank::compute
