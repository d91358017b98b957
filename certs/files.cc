#include "certs/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "core/fd.h"

namespace fogbank::certs {
namespace {

constexpr std::size_t kAttributeBytesMax = 4096;

core::Error file_error(const char* what, const std::string& path) {
  const int number = errno;
  return core::system_error(std::string("certs: cannot ") + what + ' ' + path, number);
}

core::Result<void> write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_error("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// Security labels (SELinux) decide who may read a bundle, so the copy keeps them. A file system
// without attributes has none to keep.
void copy_attributes(int from, int to) {
  std::array<char, kAttributeBytesMax> names{};
  const ssize_t bytes = ::flistxattr(from, names.data(), names.size());
  for (ssize_t at = 0; at < bytes;) {
    const char* name = names.data() + at;
    std::array<char, kAttributeBytesMax> value{};
    const ssize_t size = ::fgetxattr(from, name, value.data(), value.size());
    if (size >= 0) {
      [[maybe_unused]] const int kept =
          ::fsetxattr(to, name, value.data(), static_cast<std::size_t>(size), 0);
    }
    at += static_cast<ssize_t>(std::string_view(name).size()) + 1;
  }
}

// Makes the written `temporary` durable and puts it in the place of `path`.
core::Result<void> finish(const core::UniqueFd& fd, const std::string& temporary,
                          const std::string& path) {
  if (::fsync(fd.get()) != 0) return file_error("sync", temporary);
  if (::rename(temporary.c_str(), path.c_str()) != 0) return file_error("replace", path);
  const core::UniqueFd directory(
      ::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || ::fsync(directory.get()) != 0) {
    return file_error("sync the directory of", path);
  }
  return {};
}

// `like` is an open descriptor of the file to resemble, or -1: then `mode` counts.
core::Result<void> replace(const std::string& path, std::string_view bytes, int like, mode_t mode) {
  std::string temporary = path + ".fogbank-XXXXXX";
  const core::UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.is_open()) return file_error("write beside", path);
  const auto fill = [&]() -> core::Result<void> {
    struct stat old {};
    if (like >= 0) {
      if (::fstat(like, &old) != 0) return file_error("look at", path);
      mode = old.st_mode & 07777;
      if (::fchown(fd.get(), old.st_uid, old.st_gid) != 0) return file_error("give away", path);
      copy_attributes(like, fd.get());
    }
    if (::fchmod(fd.get(), mode) != 0) return file_error("set the mode of", path);
    if (auto written = write_all(fd.get(), bytes, path); !written) return written;
    return finish(fd, temporary, path);
  };
  auto filled = fill();
  if (!filled) ::unlink(temporary.c_str());
  return filled;
}

}  // namespace

core::Result<FileContent> read_file(const std::string& path, std::size_t bytes_max) {
  const core::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts {};
  if (!fd.is_open() || ::fstat(fd.get(), &facts) != 0) return file_error("read", path);
  if (!S_ISREG(facts.st_mode)) return core::Error{"certs: " + path + " is not a regular file"};
  FileContent content{{}, facts.st_mode & 07777};
  std::array<char, 16384> piece{};
  for (;;) {
    const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error("read", path);
    if (got == 0) return content;
    content.bytes.append(piece.data(), static_cast<std::size_t>(got));
    if (content.bytes.size() > bytes_max) {
      return core::Error{"certs: " + path + " is larger than " + std::to_string(bytes_max) +
                         " bytes"};
    }
  }
}

core::Result<std::optional<std::string>> read_file_if_any(const std::string& path,
                                                          std::size_t bytes_max) {
  auto content = read_file(path, bytes_max);
  if (content) return std::optional<std::string>(std::move(content->bytes));
  if (content.error().system_error == ENOENT || content.error().system_error == ENOTDIR) {
    return std::optional<std::string>();
  }
  return content.error();
}

core::Result<void> write_file(const std::string& path, std::string_view bytes, mode_t mode) {
  return replace(path, bytes, -1, mode);
}

core::Result<void> rewrite_file(const std::string& path, std::string_view bytes) {
  const core::UniqueFd old(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!old.is_open()) return file_error("open", path);
  return replace(path, bytes, old.get(), 0);
}

core::Result<void> make_directories(const std::string& path) {
  if (path.empty() || exists(path)) return {};
  if (auto parent = make_directories(directory_of(path)); !parent) return parent;
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return file_error("make", path);
  return {};
}

bool exists(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace fogbank::certs
