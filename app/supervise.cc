// Runs fogbank-netd and the daemon where no systemd does: starts them, starts them again when they
// end, and ends them in the right order.
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "app/arguments.h"
#include "app/commands.h"
#include "app/files.h"
#include "app/host.h"
#include "core/clock.h"
#include "core/fd.h"
#include "core/log.h"

namespace fogbank::app {
namespace {

constexpr int64_t kRestartDelayMsMin = 200;
constexpr int64_t kRestartDelayMsMax = 10'000;
constexpr int64_t kLongLifeMs = 60'000;  // after such a life the next restart is quick again
constexpr off_t kLogBytesMax = 16 << 20;  // a longer one becomes fogbank.log.1 at the next start

struct Child {
  std::string name;
  Words words;
  bool runs_as_root;
  pid_t pid = 0;
  int64_t started_ms = 0;
  int64_t start_at_ms = 0;
  int64_t delay_ms = kRestartDelayMsMin;
};

void start(Child& child, const DaemonUser& user, int64_t now_ms) {
  child.started_ms = now_ms;
  child.pid = ::fork();
  if (child.pid != 0) return;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (!child.runs_as_root &&
      (::setgroups(0, nullptr) != 0 || ::setgid(user.gid) != 0 || ::setuid(user.uid) != 0)) {
    ::_exit(126);
  }
  std::vector<char*> arguments;
  for (std::string& word : child.words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

class Supervisor final {
 public:
  Supervisor(std::vector<Child> children, const DaemonUser& user, core::Log& log)
      : children_(std::move(children)), user_(user), log_(log) {}

  // Until SIGTERM or SIGINT, which the caller has blocked.
  void run() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&signals, signal);
    for (;;) {
      reap();
      start_due();
      const timespec wait{.tv_sec = 0, .tv_nsec = 200'000'000};
      const int got = sigtimedwait(&signals, nullptr, &wait);
      if (got == SIGTERM || got == SIGINT) break;
    }
    // The daemon first: its last connections still need their rules.
    for (auto child = children_.rbegin(); child != children_.rend(); ++child) {
      if (child->pid <= 0) continue;
      ::kill(child->pid, SIGTERM);
      ::waitpid(child->pid, nullptr, 0);
    }
  }

 private:
  void reap() {
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      for (Child& child : children_) {
        if (child.pid != pid) continue;
        const int64_t now = clock_.monotonic_ms();
        if (now - child.started_ms > kLongLifeMs) child.delay_ms = kRestartDelayMsMin;
        child.pid = 0;
        child.start_at_ms = now + child.delay_ms;
        child.delay_ms = std::min(child.delay_ms * 2, kRestartDelayMsMax);
        log_.warn("child_ended", {{"name", child.name},
                                  {"status", WIFEXITED(status) ? WEXITSTATUS(status)
                                                               : 128 + WTERMSIG(status)}});
      }
    }
  }

  void start_due() {
    const int64_t now = clock_.monotonic_ms();
    for (Child& child : children_) {
      if (child.pid == 0 && now >= child.start_at_ms) start(child, user_, now);
    }
  }

  std::vector<Child> children_;
  DaemonUser user_;
  core::Log& log_;
  core::SystemClock clock_;
};

// Holds the lock that supervisor_pid() looks for; closed by the end of the process.
core::Result<int> take_pidfile(const Config& config) {
  const std::string path = config.run + "/supervisor.pid";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return core::system_error("cannot write " + path, errno);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd, F_SETLK, &lock) != 0) return core::Error{"a supervisor is running already"};
  return fd;
}

void open_log(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && info.st_size > kLogBytesMax) {
    ::rename(path.c_str(), (path + ".1").c_str());
  }
  const int null = ::open("/dev/null", O_RDONLY);
  const int log = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0640);
  ::dup2(null, STDIN_FILENO);
  ::dup2(log >= 0 ? log : null, STDOUT_FILENO);
  ::dup2(log >= 0 ? log : null, STDERR_FILENO);
  if (null > STDERR_FILENO) ::close(null);
  if (log > STDERR_FILENO) ::close(log);
}

std::vector<Child> make_children(const Config& config, const std::string& config_path) {
  Child netd{"fogbank-netd",
             {netd_program(), "--socket", netd_socket(config), "--allow-uid", config.user,
              "--group", config.user, "--pool", config.vip_v4 + "/15", "--pool",
              config.vip_v6 + "/64", "--port", std::to_string(config.tls_port), "--port",
              std::to_string(config.plain_port), "--port", std::to_string(config.admin.port)},
             true};
  char self[4096] = {};
  [[maybe_unused]] const ssize_t bytes = ::readlink("/proc/self/exe", self, sizeof self - 1);
  Child daemon{"fogbank", {self, "serve", "--config", config_path}, false};
  return {netd, daemon};
}

}  // namespace

int command_supervise(const Words& words) {
  const auto arguments = Arguments::parse(words, {"config"}, {"detach"});
  if (!arguments) return fail_usage(arguments.error().message, "supervise");
  const std::string path = arguments->value("config").value_or(std::string(kDefaultConfigPath));
  const auto config = load_config(path);
  if (!config) return fail(config.error());
  const auto user = find_user(config->user);
  if (!user) return fail(user.error());
  if (arguments->has("detach")) {
    if (::fork() != 0) return 0;
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    open_log(config->state + "/fogbank.log");
  }
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  const auto pidfile = take_pidfile(*config);
  if (!pidfile) return fail(pidfile.error());
  core::Log log(STDERR_FILENO, core::LogLevel::kInfo);
  Supervisor(make_children(*config, path), *user, log).run();
  ::unlink((config->run + "/supervisor.pid").c_str());
  return 0;
}

}  // namespace fogbank::app
