#include "storage/directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "core/text.h"

namespace fogbank::storage {
namespace {

// The number that the holder of a lock wrote into it, or "unknown".
std::string holder_of(int lock) {
  std::array<char, 16> text{};
  const ssize_t count = ::pread(lock, text.data(), text.size(), 0);
  if (count <= 0) return "unknown";
  return std::string(core::trim({text.data(), static_cast<std::size_t>(count)}));
}

}  // namespace

core::Result<core::UniqueFd> open_folder(int parent, const std::string& name) {
  if (::mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST) {
    return core::system_error("storage: cannot make folder " + name, errno);
  }
  core::UniqueFd folder(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return core::system_error("storage: cannot open folder " + name, errno);
  return folder;
}

core::Result<void> sync_names(int directory) {
  const core::UniqueFd parent(::openat(directory, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // A parent that cannot be read was not made by us, nor just now.
  if (parent.is_open() && ::fsync(parent.get()) != 0) {
    return core::system_error("storage: cannot sync the state directory's parent", errno);
  }
  if (::fsync(directory) != 0) {
    return core::system_error("storage: cannot sync the state directory", errno);
  }
  return {};
}

core::Result<core::UniqueFd> lock_directory(int directory, const std::string& path) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  core::UniqueFd lock(::openat(directory, "lock", kFlags, 0600));
  if (!lock.is_open()) return core::system_error("storage: cannot open " + path + "/lock", errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return core::system_error("storage: cannot lock " + path + "/lock", errno);
    }
    return core::Error{"storage: " + path + " is in use by process " + holder_of(lock.get()) +
                           "; stop it (\"fogbank down\") or choose another state directory",
                       EWOULDBLOCK};
  }
  const std::string holder = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.get(), 0) != 0 ||
      ::pwrite(lock.get(), holder.data(), holder.size(), 0) < 0) {
    return core::system_error("storage: cannot write " + path + "/lock", errno);
  }
  return lock;
}

}  // namespace fogbank::storage
