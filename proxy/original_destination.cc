#include "proxy/original_destination.h"

#include <netinet/in.h>
#include <sys/socket.h>

namespace fogbank::proxy {
namespace {

// linux/netfilter_ipv4.h and linux/netfilter_ipv6/ip6_tables.h; both numbers are kernel ABI.
constexpr int kOriginalDestination = 80;

}  // namespace

core::SocketAddress original_destination(int fd) {
  sockaddr_storage own{};
  socklen_t bytes = sizeof own;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &bytes) != 0) return {};
  // An IPv4 connection on an IPv6 socket has its NAT entry in the IPv4 tables.
  const auto own_address = core::SocketAddress::from(own).value_or(core::SocketAddress{});
  const int level = own_address.ip.is_v4() ? IPPROTO_IP : IPPROTO_IPV6;
  sockaddr_storage original{};
  bytes = sizeof original;
  if (::getsockopt(fd, level, kOriginalDestination, &original, &bytes) != 0) return own_address;
  return core::SocketAddress::from(original).value_or(own_address);
}

}  // namespace fogbank::proxy
