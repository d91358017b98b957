#include "certs/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/fd.h"

namespace fogbank::certs {
namespace {

constexpr int kTimeoutMs = 120'000;  // the Java hook starts a JVM
constexpr off_t kOutputBytesShown = 300;

struct SpawnActions {
  SpawnActions() { ::posix_spawn_file_actions_init(&value); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&value); }
  posix_spawn_file_actions_t value{};
};

struct SpawnAttributes {
  SpawnAttributes() { ::posix_spawnattr_init(&value); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&value); }
  posix_spawnattr_t value{};
};

core::Result<pid_t> spawn(const std::vector<std::string>& arguments, int output) {
  SpawnActions actions;
  ::posix_spawn_file_actions_addopen(&actions.value, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions.value, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions.value, output, STDERR_FILENO);
  // A group of its own, so that its children can be killed with it, and no blocked signals.
  SpawnAttributes attributes;
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes.value, &none);
  ::posix_spawnattr_setpgroup(&attributes.value, 0);
  ::posix_spawnattr_setflags(&attributes.value, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);

  std::vector<std::string> words = arguments;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  std::string locale = "LC_ALL=C";
  std::array<char*, 3> environment = {path.data(), locale.data(), nullptr};
  pid_t child = 0;
  const int failure = ::posix_spawn(&child, argv[0], &actions.value, &attributes.value, argv.data(),
                                    environment.data());
  if (failure != 0) return core::system_error("certs: cannot run " + arguments[0], failure);
  return child;
}

std::string last_output(int output) {
  const off_t bytes = std::max<off_t>(::lseek(output, 0, SEEK_END), 0);
  std::array<char, kOutputBytesShown> text{};
  const ssize_t got =
      ::pread(output, text.data(), text.size(), std::max<off_t>(bytes - kOutputBytesShown, 0));
  std::string shown(text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  std::replace(shown.begin(), shown.end(), '\n', ' ');
  return shown;
}

}  // namespace

core::Result<void> run_command(const std::vector<std::string>& arguments) {
  const core::UniqueFd output(::memfd_create("output", MFD_CLOEXEC));
  if (!output.is_open()) return core::system_error("certs: memfd_create", errno);
  const auto child = spawn(arguments, output.get());
  if (!child) return child.error();
  const core::UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, *child, 0)));
  pollfd ended{process.get(), POLLIN, 0};
  int ready = -1;
  do {
    ready = ::poll(&ended, 1, kTimeoutMs);
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) ::kill(-*child, SIGKILL);
  int status = 0;
  while (::waitpid(*child, &status, 0) < 0 && errno == EINTR) {
  }
  if (ready == 0) return core::Error{"certs: " + arguments[0] + " took over two minutes"};
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return core::Error{"certs: " + arguments[0] + " failed: " + last_output(output.get())};
}

}  // namespace fogbank::certs
