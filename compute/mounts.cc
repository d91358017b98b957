#include "compute/mounts.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>

#include "core/text.h"

namespace fogbank::compute {
namespace {

using core::Error;
using core::Result;
using core::UniqueFd;

// Sockets of daemons of the host that answer names, run programs or open connections for whoever
// asks; none of them is in a network namespace.
constexpr std::array kMasks = {
    "/run/systemd/resolve",
    "/run/systemd/private",
    "/run/nscd",
    "/var/run/nscd",
    "/run/dbus",
    "/run/docker.sock",
    "/run/docker",
    "/run/containerd",
    "/run/podman",
    "/run/crio",
    "/run/avahi-daemon",
    "/run/snapd.socket",
    "/run/libvirt",
    "/run/dnsmasq",
    "/run/unbound.ctl",
};
// The same of the user's session, below /run/user/UID.
constexpr std::array kUserMasks = {"bus", "systemd", "podman", "docker.sock", "containerd"};

// Where generated files lie while the mounts are made; the new /proc then takes the place.
constexpr const char* kStage = "/proc";
constexpr const char* kStageEmptyFile = "/proc/empty";
constexpr const char* kStageEmptyDirectory = "/proc/nothing";
constexpr const char* kStageResolvConf = "/proc/resolv.conf";
constexpr const char* kStageNsswitchConf = "/proc/nsswitch.conf";
constexpr std::size_t kConfigBytesMax = 1UL << 20;

Error mount_error(const std::string& what) {
  return core::system_error("sandbox: cannot " + what, errno);
}

Result<void> write_file(const std::string& path, std::string_view text) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!fd.is_open() ||
      ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return mount_error("write " + path);
  }
  return {};
}

// The text of a configuration file; nothing if there is none.
std::optional<std::string> read_file(const char* path) {
  const UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return std::nullopt;
  std::string out(kConfigBytesMax, '\0');
  std::size_t size = 0;
  while (size < out.size()) {
    const ssize_t got = ::read(fd.get(), out.data() + size, out.size() - size);
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  out.resize(size);
  return out;
}

enum class Symlink : uint8_t { kFollow, kCover };

// Read-only, so that nothing inside can write to a file of the host through it.
Result<void> bind_over(const std::string& source, const std::string& target,
                       Symlink symlink = Symlink::kFollow) {
  const UniqueFd tree(::open_tree(AT_FDCWD, source.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  const unsigned follow = symlink == Symlink::kFollow ? MOVE_MOUNT_T_SYMLINKS : 0;
  if (tree.is_open() &&
      ::mount_setattr(tree.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0 &&
      ::move_mount(tree.get(), "", AT_FDCWD, target.c_str(), MOVE_MOUNT_F_EMPTY_PATH | follow) ==
          0) {
    return {};
  }
  return mount_error("put " + source + " in the place of " + target);
}

// What belongs to the whole machine: root inside is root of the host to these files.
constexpr std::array kReadOnly = {"/proc/sys", "/proc/sysrq-trigger", "/sys"};

Result<void> make_read_only(const char* path) {
  struct stat status {};
  if (::stat(path, &status) != 0) return {};
  const UniqueFd tree(
      ::open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  if (tree.is_open() &&
      ::mount_setattr(tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes,
                      sizeof attributes) == 0 &&
      ::move_mount(tree.get(), "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) == 0) {
    return {};
  }
  return mount_error(std::string("make ") + path + " read-only");
}

Result<void> mask(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return bind_over(S_ISDIR(status.st_mode) ? kStageEmptyDirectory : kStageEmptyFile, path);
}

Result<void> set_up_masks(const SandboxOptions& options) {
  for (const char* path : kMasks) {
    if (auto done = mask(path); !done) return done;
  }
  const std::string session = "/run/user/" + std::to_string(::getuid()) + "/";
  for (const char* name : kUserMasks) {
    if (auto done = mask(session + name); !done) return done;
  }
  for (const std::string& path : options.masks) {
    if (auto done = mask(path); !done) return done;
  }
  return {};
}

Result<void> set_up_overlays(const SandboxOptions& options) {
  for (const FileOverlay& overlay : options.overlays) {
    struct stat status {};
    if (::stat(overlay.content_path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
      return Error{"sandbox: " + overlay.content_path + " is no regular file"};
    }
    if (::stat(overlay.target.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
      return Error{"sandbox: cannot replace " + overlay.target + ": there is no such file"};
    }
    if (auto done = bind_over(overlay.content_path, overlay.target); !done) return done;
  }
  return {};
}

Result<void> set_up_name_lookup(const SandboxOptions& options) {
  if (auto done = write_file(kStageResolvConf, "nameserver " + options.resolver.text() + "\n");
      !done) {
    return done;
  }
  // Over the path itself: resolv.conf is often a symlink into a directory that is masked here, or
  // that does not exist. A host without it needs none: the C library then asks 127.0.0.1, which
  // reaches the same listener.
  struct stat status {};
  if (::lstat("/etc/resolv.conf", &status) == 0) {
    auto done = bind_over(kStageResolvConf, "/etc/resolv.conf", Symlink::kCover);
    if (!done) return done;
  }
  const auto host_nsswitch = read_file("/etc/nsswitch.conf");
  if (!host_nsswitch) return {};  // the C library's default is DNS, then files
  if (auto done = write_file(kStageNsswitchConf, with_plain_host_lookup(*host_nsswitch)); !done) {
    return done;
  }
  return bind_over(kStageNsswitchConf, "/etc/nsswitch.conf");
}

Result<void> set_up_stage() {
  if (::mount("tmpfs", kStage, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755") != 0) {
    return mount_error("mount a temporary file system");
  }
  if (::mkdir(kStageEmptyDirectory, 0755) != 0) return mount_error("make a directory");
  return write_file(kStageEmptyFile, "");
}

// The mounts made from the stage keep what they need of it.
Result<void> replace_stage_by_proc() {
  if (::umount2(kStage, MNT_DETACH) != 0) return mount_error("unmount a temporary file system");
  if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0) return {};
  const int number = errno;
  std::string what = "sandbox: cannot mount /proc";
  if (number == EPERM) {
    what +=
        " (in a container whose /proc is partly hidden, start that container with docker's "
        "--security-opt systempaths=unconfined or podman's --security-opt unmask=ALL)";
  }
  return core::system_error(std::move(what), number);
}

}  // namespace

std::string with_plain_host_lookup(std::string_view nsswitch_conf) {
  std::string out;
  while (!nsswitch_conf.empty()) {
    const std::size_t end = nsswitch_conf.find('\n');
    const std::string_view line = nsswitch_conf.substr(0, end);
    nsswitch_conf.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    if (core::trim(line).starts_with("hosts:")) continue;
    out += line;
    out += '\n';
  }
  return out + "hosts: files dns\n";
}

Result<void> set_up_mounts(const SandboxOptions& options) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return mount_error("make its mounts private");
  }
  if (auto done = set_up_stage(); !done) return done;
  if (auto done = set_up_overlays(options); !done) return done;
  if (auto done = set_up_name_lookup(options); !done) return done;
  if (auto done = set_up_masks(options); !done) return done;
  if (auto done = replace_stage_by_proc(); !done) return done;
  for (const char* path : kReadOnly) {
    if (auto done = make_read_only(path); !done) return done;
  }
  return {};
}

}  // namespace fogbank::compute
