#include "certs/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
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

// A file by its name in an open directory; `path` is for messages.
struct Place {
  core::UniqueFd directory;
  std::string name;
  std::string path;
};

core::Result<Place> find_place(const std::string& path) {
  core::UniqueFd directory(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) return file_error("open the directory of", path);
  return Place{std::move(directory), path.substr(path.find_last_of('/') + 1), path};
}

core::Result<core::UniqueFd> open_regular(const Place& place, int more_flags) {
  core::UniqueFd fd(::openat(place.directory.get(), place.name.c_str(),
                             O_RDONLY | O_CLOEXEC | O_NONBLOCK | more_flags));
  struct stat facts {};
  if (!fd.is_open() || ::fstat(fd.get(), &facts) != 0) return file_error("read", place.path);
  if (!S_ISREG(facts.st_mode)) {
    return core::Error{"certs: " + place.path + " is not a regular file"};
  }
  return fd;
}

core::Result<std::string> read_all(int fd, const std::string& path, std::size_t bytes_max) {
  std::string bytes;
  std::array<char, 16384> piece{};
  for (;;) {
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error("read", path);
    if (got == 0) return bytes;
    bytes.append(piece.data(), static_cast<std::size_t>(got));
    if (bytes.size() > bytes_max) {
      return core::Error{"certs: " + path + " is larger than " + std::to_string(bytes_max) +
                         " bytes"};
    }
  }
}

core::Result<void> resemble(int fd, int like, const std::string& path) {
  struct stat old {};
  if (::fstat(like, &old) != 0) return file_error("look at", path);
  if (::fchown(fd, old.st_uid, old.st_gid) != 0) return file_error("keep the owner of", path);
  copy_attributes(like, fd);
  if (::fchmod(fd, old.st_mode & 07777) != 0) return file_error("keep the mode of", path);
  return {};
}

// Fills the temporary file, makes it durable and puts it in its place.
core::Result<void> finish(const Place& place, const std::string& temporary, int fd,
                          std::string_view bytes) {
  if (auto written = write_all(fd, bytes, place.path); !written) return written;
  const int directory = place.directory.get();
  if (::fsync(fd) != 0) return file_error("sync", place.path);
  if (::renameat(directory, temporary.c_str(), directory, place.name.c_str()) != 0) {
    return file_error("replace", place.path);
  }
  return ::fsync(directory) == 0 ? core::Result<void>() : file_error("sync", place.path);
}

// `like` is an open descriptor of the file to resemble, or -1: then `mode` counts.
core::Result<void> replace(const Place& place, std::string_view bytes, int like, mode_t mode) {
  const std::string temporary = temporary_name(place.name);
  const int directory = place.directory.get();
  ::unlinkat(directory, temporary.c_str(), 0);  // of a run that was cut off
  const core::UniqueFd fd(::openat(directory, temporary.c_str(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.is_open()) return file_error("write beside", place.path);
  core::Result<void> done;
  if (like >= 0) {
    done = resemble(fd.get(), like, place.path);
  } else if (::fchmod(fd.get(), mode) != 0) {
    done = file_error("set the mode of", place.path);
  }
  if (done) done = finish(place, temporary, fd.get(), bytes);
  if (!done) ::unlinkat(directory, temporary.c_str(), 0);
  return done;
}

}  // namespace

core::Result<FileContent> read_file(const std::string& path, std::size_t bytes_max) {
  const auto place = find_place(path);
  if (!place) return place.error();
  const auto fd = open_regular(*place, 0);
  if (!fd) return fd.error();
  struct stat facts {};
  if (::fstat(fd->get(), &facts) != 0) return file_error("look at", path);
  auto bytes = read_all(fd->get(), path, bytes_max);
  if (!bytes) return bytes.error();
  return FileContent{std::move(*bytes), facts.st_mode & 07777};
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
  const auto place = find_place(path);
  return place ? replace(*place, bytes, -1, mode) : place.error();
}

std::string temporary_name(const std::string& path) { return path + ".fogbank-new"; }

core::Result<void> edit_file(const std::string& path, std::size_t bytes_max, const Edit& edit) {
  const auto place = find_place(path);
  if (!place) return place.error();
  const auto fd = open_regular(*place, O_NOFOLLOW);
  if (!fd) return fd.error();
  const auto content = read_all(fd->get(), path, bytes_max);
  if (!content) return content.error();
  const auto edited = edit(*content);
  if (!edited) return edited.error();
  return *edited ? replace(*place, **edited, fd->get(), 0) : core::Result<void>();
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
