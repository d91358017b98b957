// SPDX-License-Identifier: GPL-2.0-or-later
// What the tests of netd see of a network: connections, and the kernel's state as other tools
// list it.
#pragma once

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/address.h"
#include "core/fd.h"
#include "core/listener.h"
#include "tests/support/network_namespace.h"
#include "tests/support/temp_dir.h"

namespace fogbank::netfilter {

constexpr int kTestTimeoutMs = 10'000;

// In place of /run/xtables.lock, which belongs to the host.
inline const std::string& test_lock_path() {
  static const tests::TempDir directory;
  static const std::string path = directory.path("xtables.lock");
  return path;
}

inline core::IpAddress ip(std::string_view text) { return *core::IpAddress::parse(text); }
inline core::SocketAddress at(std::string_view text) { return *core::SocketAddress::parse(text); }

// Enters a fresh network; false, with the reason printed, where that is forbidden.
inline bool has_own_network() {
  ::setenv("XTABLES_LOCKFILE", test_lock_path().c_str(), 1);
  const auto forbidden = tests::enter_network_namespace();
  if (forbidden) MESSAGE("skipped: no network namespace: " << *forbidden);
  return !forbidden;
}

inline std::string output_of(const std::string& command) {
  std::string out;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen((command + " 2>&1").c_str(), "r"),
                                                   ::pclose);
  REQUIRE(pipe);
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
    out += static_cast<char>(c);
  }
  return out;
}

// Addresses and rules of every kind, as iproute2, nft and iptables list them.
inline std::string network_state() {
  return output_of("ip -o address show") + output_of("nft list ruleset") +
         output_of("iptables-legacy -t nat -S") + output_of("ip6tables-legacy -t nat -S");
}

// errno of a TCP connection, 0 for success. The connection, if any, is left in `client`.
inline int connect_to(const core::SocketAddress& address, core::UniqueFd& client) {
  client.reset(::socket(address.ip.is_v4() ? AF_INET : AF_INET6,
                        SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_storage raw;
  const socklen_t size = address.to(raw);
  if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&raw), size) != 0 &&
      errno != EINPROGRESS) {
    return errno;
  }
  pollfd waiting{client.get(), POLLOUT, 0};
  if (::poll(&waiting, 1, kTestTimeoutMs) != 1) return ETIMEDOUT;
  int failure = 0;
  socklen_t failure_size = sizeof failure;
  ::getsockopt(client.get(), SOL_SOCKET, SO_ERROR, &failure, &failure_size);
  return failure;
}

inline core::UniqueFd accept_from(int listener) {
  pollfd waiting{listener, POLLIN, 0};
  REQUIRE(::poll(&waiting, 1, kTestTimeoutMs) == 1);
  return core::UniqueFd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
}

// As the proxy finds it: SO_ORIGINAL_DST, else the address of the socket itself.
inline core::SocketAddress destination_of(int fd, bool is_v4) {
  constexpr int kOriginalDestination = 80;
  sockaddr_storage raw{};
  socklen_t size = sizeof raw;
  if (::getsockopt(fd, is_v4 ? SOL_IP : SOL_IPV6, kOriginalDestination, &raw, &size) != 0) {
    size = sizeof raw;
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &size) == 0);
  }
  return *core::SocketAddress::from(raw);
}

}  // namespace fogbank::netfilter
