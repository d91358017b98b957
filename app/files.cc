#include "app/files.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "core/fd.h"

extern char** environ;

namespace fogbank::app {
namespace {

core::Result<void> write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return core::system_error("cannot write " + path, errno);
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  if (::fsync(fd) != 0) return core::system_error("cannot write " + path, errno);
  return {};
}

core::Result<void> write_new(const std::string& path, std::string_view content, mode_t mode,
                             int how) {
  core::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | how, mode));
  if (!fd.is_open()) return core::system_error("cannot write " + path, errno);
  if ((how & O_CREAT) != 0 && ::fchmod(fd.get(), mode) != 0) {
    return core::system_error("cannot set the mode of " + path, errno);
  }
  return write_all(fd.get(), content, path);
}

}  // namespace

core::Result<std::optional<std::string>> read_file(const std::string& path) {
  core::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) {
    if (errno == ENOENT) return std::optional<std::string>();
    return core::system_error("cannot read " + path, errno);
  }
  std::string content;
  char buffer[16384];
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return core::system_error("cannot read " + path, errno);
    if (n == 0) return std::optional<std::string>(std::move(content));
    content.append(buffer, static_cast<std::size_t>(n));
    if (content.size() > kFileBytesMax) return core::Error{path + " is unexpectedly long"};
  }
}

core::Result<void> write_file(const std::string& path, std::string_view content, mode_t mode) {
  const std::string temporary = path + ".fogbank-new";
  if (auto written = write_new(temporary, content, mode, O_CREAT | O_TRUNC); !written) {
    return written;
  }
  if (::rename(temporary.c_str(), path.c_str()) == 0) return {};
  const int reason = errno;
  ::unlink(temporary.c_str());
  // A file that is mounted over (resolv.conf of a container) cannot be replaced, only rewritten.
  if (reason == EBUSY) return write_new(path, content, mode, O_TRUNC);
  return core::system_error("cannot write " + path, reason);
}

core::Result<void> make_directory(const std::string& path, mode_t mode) {
  std::error_code failure;
  const auto parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, failure);
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
    return core::system_error("cannot make the folder " + path, errno);
  }
  return {};
}

core::Result<void> remove_tree(const std::string& path) {
  std::error_code failure;
  std::filesystem::remove_all(path, failure);
  if (failure) return core::system_error("cannot remove " + path, failure.value());
  return {};
}

core::Result<int> run_program(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int failure =
      ::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ);
  if (failure != 0) return core::system_error("cannot run " + words[0], failure);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return core::system_error("cannot wait for " + words[0], errno);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace fogbank::app
