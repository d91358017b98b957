#include "app/host.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "app/commands.h"
#include "app/files.h"
#include "core/fd.h"
#include "core/text.h"

namespace fogbank::app {
namespace {

constexpr const char* kUnits[] = {"fogbank-netd.service", "fogbank.service"};
constexpr int kCleanTries = 20;
constexpr int kStopPolls = 300;  // of 100 ms: the drain of the daemon takes at most 15 s
constexpr std::size_t kAdminAnswerBytesMax = 4U << 20;

void pause_ms(int ms) { ::poll(nullptr, 0, ms); }

std::string self_program() {
  std::error_code failure;
  return std::filesystem::read_symlink("/proc/self/exe", failure).string();
}

core::Result<void> must(const std::vector<std::string>& words) {
  const auto status = run_program(words);
  if (!status) return status.error();
  if (*status != 0) {
    return core::Error{words[0] + " " + words[1] + " failed with status " +
                       std::to_string(*status)};
  }
  return {};
}

}  // namespace

core::Result<DaemonUser> find_user(const std::string& name) {
  errno = 0;
  const passwd* entry = ::getpwnam(name.c_str());
  if (entry == nullptr) return core::Error{"there is no user " + name};
  return DaemonUser{entry->pw_uid, entry->pw_gid};
}

core::Result<DaemonUser> ensure_user(const std::string& name) {
  if (const auto found = find_user(name)) return found;
  auto made = must({"useradd", "--system", "--user-group", "--no-create-home", "--home-dir",
                    "/nonexistent", "--shell", "/usr/sbin/nologin", name});
  if (!made) return made.error();
  return find_user(name);
}

core::Result<void> give_to(const std::string& path, const DaemonUser& user) {
  std::error_code failure;
  std::vector<std::string> paths = {path};
  for (std::filesystem::recursive_directory_iterator at(path, failure), end; at != end;
       at.increment(failure)) {
    paths.push_back(at->path().string());
  }
  for (const std::string& one : paths) {
    if (::lchown(one.c_str(), user.uid, user.gid) != 0) {
      return core::system_error("cannot change the owner of " + one, errno);
    }
  }
  return {};
}

bool has_systemd() { return ::access("/run/systemd/system", F_OK) == 0; }

pid_t supervisor_pid(const Config& config) {
  core::UniqueFd fd(::open((config.run + "/supervisor.pid").c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.is_open()) return 0;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd.get(), F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return 0;
  return lock.l_pid;
}

core::Result<void> start_daemon(const Config& config, const std::string& config_path) {
  if (has_systemd()) {
    if (auto done = must({"systemctl", "daemon-reload"}); !done) return done;
    return must({"systemctl", "enable", "--now", "--quiet", kUnits[0], kUnits[1]});
  }
  if (supervisor_pid(config) != 0) return {};
  return must({self_program(), "supervise", "--detach", "--config", config_path});
}

core::Result<void> stop_daemon(const Config& config) {
  if (has_systemd()) {
    return must({"systemctl", "disable", "--now", "--quiet", kUnits[1], kUnits[0]});
  }
  const pid_t supervisor = supervisor_pid(config);
  if (supervisor == 0) return {};
  if (::kill(supervisor, SIGTERM) != 0) {
    return core::system_error("cannot stop the supervisor", errno);
  }
  for (int i = 0; i < kStopPolls && supervisor_pid(config) == supervisor; ++i) pause_ms(100);
  if (supervisor_pid(config) == supervisor) {
    return core::Error{"the supervisor (process " + std::to_string(supervisor) +
                       ") does not end; kill it and run `fogbank down` again"};
  }
  return {};
}

core::Result<void> clean_network(const Config& config) {
  if (auto made = make_directory(config.run, 0755); !made) return made;  // for netd's lock
  core::Result<void> cleaned;
  // A killed fogbank-netd holds its lock until the kernel has taken its table down.
  for (int i = 0; i < kCleanTries; ++i) {
    cleaned = must({netd_program(), "--clean", "--socket", netd_socket(config), "--pool",
                    config.vip_v4 + "/15", "--pool", config.vip_v6 + "/64"});
    if (cleaned) break;
    pause_ms(250);
  }
  return cleaned;
}

std::string ask_admin(const Config& config, const std::string& path) {
  sockaddr_storage raw{};
  const socklen_t bytes = config.admin.to(raw);
  core::UniqueFd fd(::socket(raw.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  timeval limit{.tv_sec = 3, .tv_usec = 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (!fd.is_open() || ::connect(fd.get(), reinterpret_cast<sockaddr*>(&raw), bytes) != 0) {
    return {};
  }
  const std::string request =
      "GET " + path + " HTTP/1.0\r\nHost: " + config.admin.text() + "\r\n\r\n";
  if (::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return {};
  }
  std::string answer;
  char buffer[4096];
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n <= 0 || answer.size() > kAdminAnswerBytesMax) break;
    answer.append(buffer, static_cast<std::size_t>(n));
  }
  const auto head_end = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.") || answer.substr(8, 4) != " 200" ||
      head_end == std::string::npos) {
    return {};
  }
  return answer.substr(head_end + 4);
}

}  // namespace fogbank::app
