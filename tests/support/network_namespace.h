// A network of a test's own: only lo, up, so that addresses, rules and ports of the host cannot be
// reached, let alone changed.
#pragma once

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>

#include "core/fd.h"

namespace fogbank::tests {

inline bool write_file(const std::string& path, const std::string& text) {
  const core::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return fd.is_open() &&
         ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Gives the calling process, of one thread only, a user namespace where it is root; of the host's
// root all users are there, of others only their own. Absent if done, else why not.
inline std::optional<std::string> enter_user_namespace() {
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  int go[2] = {-1, -1};
  if (::pipe2(go, O_CLOEXEC) != 0) return std::string("pipe: ") + std::strerror(errno);
  core::UniqueFd wait_end(go[0]);
  core::UniqueFd go_end(go[1]);
  const pid_t parent = ::getpid();
  const pid_t mapper = ::fork();
  if (mapper == 0) {
    // Who has left the first namespace cannot map its users any more, so a child does it.
    go_end.reset();
    char byte = 0;
    if (::read(wait_end.get(), &byte, 1) != 1) ::_exit(1);
    const std::string process = "/proc/" + std::to_string(parent);
    const bool is_root = uid == 0;
    const auto map_of = [&](uid_t id) {
      return is_root ? std::string("0 0 65536") : "0 " + std::to_string(id) + " 1";
    };
    const bool is_mapped = (is_root || write_file(process + "/setgroups", "deny")) &&
                           write_file(process + "/uid_map", map_of(uid)) &&
                           write_file(process + "/gid_map", map_of(gid));
    ::_exit(is_mapped ? 0 : 1);
  }
  std::optional<std::string> failure;
  if (::unshare(CLONE_NEWUSER) != 0) failure = std::string("unshare: ") + std::strerror(errno);
  if (!failure && ::write(go_end.get(), "", 1) != 1) failure = "cannot write to the mapper";
  go_end.reset();
  int status = 0;
  ::waitpid(mapper, &status, 0);
  if (!failure && status != 0) failure = "cannot write the user map";
  return failure;
}

// Moves the calling process into a new network namespace, in a user namespace that the process
// enters the first time. Absent if done; else why this kernel or host forbids it: print and skip.
inline std::optional<std::string> enter_network_namespace() {
  static const std::optional<std::string> forbidden = enter_user_namespace();
  if (forbidden) return forbidden;
  if (::unshare(CLONE_NEWNET) != 0) return std::string("unshare: ") + std::strerror(errno);
  const core::UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  if (::ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0) {
    return std::string("cannot raise lo: ") + std::strerror(errno);
  }
  return std::nullopt;
}

}  // namespace fogbank::tests
