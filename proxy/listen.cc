#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "proxy/proxy.h"

namespace fogbank::proxy {
namespace {

bool set_option(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

bool set_options(int fd, const core::SocketAddress& address, const ListenOptions& options) {
  // A restart must not wait for connections in TIME_WAIT.
  if (!set_option(fd, SOL_SOCKET, SO_REUSEADDR)) return false;
  if (options.shares_port && !set_option(fd, SOL_SOCKET, SO_REUSEPORT)) return false;
  if (!address.ip.is_v4() && !set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY)) return false;
  if (!options.binds_foreign) return true;
  return address.ip.is_v4() ? set_option(fd, IPPROTO_IP, IP_FREEBIND)
                            : set_option(fd, IPPROTO_IPV6, IPV6_FREEBIND);
}

}  // namespace

core::Result<core::UniqueFd> listen_tcp(const core::SocketAddress& address,
                                        const ListenOptions& options) {
  const auto failed = [&](const char* what) {
    return core::system_error("proxy: cannot listen on " + address.text() + ": " + what, errno);
  };
  core::UniqueFd fd(::socket(address.ip.is_v4() ? AF_INET : AF_INET6,
                             SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!fd.is_open()) return failed("socket");
  if (!set_options(fd.get(), address, options)) return failed("setsockopt");
  sockaddr_storage raw{};
  const socklen_t bytes = address.to(raw);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&raw), bytes) != 0) return failed("bind");
  if (::listen(fd.get(), options.backlog) != 0) return failed("listen");
  return fd;
}

core::Result<core::SocketAddress> bound_address(const core::UniqueFd& socket) {
  sockaddr_storage raw{};
  socklen_t bytes = sizeof raw;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&raw), &bytes) != 0) {
    return core::system_error("proxy: cannot read a socket's address", errno);
  }
  const auto address = core::SocketAddress::from(raw);
  if (!address) return core::Error{"proxy: a socket that is neither IPv4 nor IPv6"};
  return *address;
}

}  // namespace fogbank::proxy
