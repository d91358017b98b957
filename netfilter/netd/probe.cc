// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/probe.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>

#include "core/address.h"
#include "core/fd.h"
#include "core/listener.h"

namespace fogbank::netfilter {
namespace {

using core::Error;
using core::IpAddress;
using core::Result;
using core::SocketAddress;
using core::UniqueFd;

// Loopback answers in microseconds; a packet that a rule of somebody else drops never.
constexpr int kConnectTimeoutMs = 1000;
// SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST, whose headers cannot be included beside each other.
constexpr int kOriginalDestination = 80;

std::optional<SocketAddress> bound_address(int fd) {
  sockaddr_storage raw{};
  socklen_t size = sizeof raw;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &size) != 0) return std::nullopt;
  return SocketAddress::from(raw);
}

std::optional<SocketAddress> original_destination(int fd, IpAddress::Family family) {
  sockaddr_storage raw{};
  socklen_t size = sizeof raw;
  const bool is_v4 = family == IpAddress::Family::kV4;
  if (::getsockopt(fd, is_v4 ? SOL_IP : SOL_IPV6, kOriginalDestination, &raw, &size) != 0) {
    return std::nullopt;
  }
  return SocketAddress::from(raw);
}

// A port that nobody else has and that nobody answers on: bound, not listening.
Result<UniqueFd> reserve_port(const IpAddress& ip) {
  UniqueFd fd(::socket(ip.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_storage raw;
  const socklen_t size = SocketAddress{ip, 0}.to(raw);
  if (!fd.is_open() || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&raw), size) != 0) {
    return core::system_error("cannot reserve a port of " + ip.text(), errno);
  }
  return fd;
}

Result<void> connect_through(const SocketAddress& front, const UniqueFd& listener) {
  const int family = front.ip.is_v4() ? AF_INET : AF_INET6;
  const UniqueFd client(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_storage raw;
  const socklen_t size = front.to(raw);
  if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&raw), size) != 0 &&
      errno != EINPROGRESS) {
    return core::system_error("the probe's connection failed", errno);
  }
  pollfd waiting{client.get(), POLLOUT, 0};
  if (::poll(&waiting, 1, kConnectTimeoutMs) != 1) {
    return Error{"the probe's connection through the rule got no answer"};
  }
  int failure = 0;
  socklen_t failure_size = sizeof failure;
  ::getsockopt(client.get(), SOL_SOCKET, SO_ERROR, &failure, &failure_size);
  if (failure != 0) {
    return core::system_error("the probe's connection did not go through the rule", failure);
  }
  const UniqueFd accepted(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!accepted.is_open()) {
    return core::system_error("the probe's connection arrived elsewhere", errno);
  }
  if (original_destination(accepted.get(), front.ip.family()) != front) {
    return Error{"the original destination of the probe's connection is not known"};
  }
  return {};
}

Result<void> verify_family(Steering& steering, const IpAddress& loopback) {
  const auto listener = core::open_listener({{loopback, 0}});
  if (!listener) return listener.error();
  const auto reserved = reserve_port(loopback);
  if (!reserved) return reserved.error();
  const auto front = bound_address(reserved->get());
  const auto back = bound_address(listener->get());
  if (!front || !back) return Error{"cannot learn the ports of the probe"};
  const Redirect redirect{*front, *back};
  if (auto applied = steering.apply({&redirect, 1}); !applied) return applied;
  auto connected = connect_through(*front, *listener);
  auto removed = steering.remove();
  if (!connected) return connected;
  return removed;
}

}  // namespace

Result<std::string> verify(Steering& steering) {
  if (steering.backend() == Backend::kDirect) return std::string("needs no rules");
  if (auto v4 = verify_family(steering, IpAddress::v4(INADDR_LOOPBACK)); !v4) return v4.error();
  const IpAddress loopback6 = *IpAddress::parse("::1");
  if (!reserve_port(loopback6)) {
    return std::string("verified by a connection over IPv4; this host has no IPv6");
  }
  if (auto v6 = verify_family(steering, loopback6); !v6) {
    return Error{"IPv6: " + v6.error().message, v6.error().system_error};
  }
  return std::string("verified by connections over IPv4 and IPv6");
}

}  // namespace fogbank::netfilter
