#include "compute/loopback.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "compute/netlink.h"
#include "core/fd.h"

namespace fogbank::compute {
namespace {

using core::Error;
using core::IpAddress;
using core::Result;

Result<void> raise_lo() {
  const core::UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  if (!fd.is_open() || ::ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0) {
    return core::system_error("sandbox: cannot raise lo", errno);
  }
  return {};
}

// Sends a request and waits for its acknowledgement.
template <class Header>
class Request final {
 public:
  Request(int type, const Header& header)
      : message_(nlmsg_alloc_simple(type, NLM_F_CREATE | NLM_F_EXCL)) {
    Header copy = header;
    is_built_ = message_ && nlmsg_append(message_.get(), &copy, sizeof copy, NLMSG_ALIGNTO) >= 0;
  }
  void put(int attribute, int size, const void* bytes) {
    is_built_ = is_built_ && nla_put(message_.get(), attribute, size, bytes) >= 0;
  }
  Result<void> send(nl_sock* socket, const std::string& what) {
    if (!is_built_) return Error{"sandbox: out of memory for a netlink message"};
    const int code = nl_send_sync(socket, message_.release());  // frees the message
    if (code >= 0) return {};
    return Error{"sandbox: cannot " + what + ": " + nl_geterror(code)};
  }

 private:
  NlMessage message_;
  bool is_built_ = false;
};

Result<void> add_address(nl_sock* socket, const IpAddress& ip) {
  const int size = ip.is_v4() ? 4 : 16;
  ifaddrmsg header{};
  header.ifa_family = ip.is_v4() ? AF_INET : AF_INET6;
  header.ifa_prefixlen = static_cast<uint8_t>(size * 8);
  header.ifa_scope = RT_SCOPE_HOST;
  header.ifa_index = ::if_nametoindex("lo");
  if (!ip.is_v4()) header.ifa_flags = IFA_F_NODAD;
  Request<ifaddrmsg> request(RTM_NEWADDR, header);
  request.put(IFA_LOCAL, size, ip.bytes().data());
  request.put(IFA_ADDRESS, size, ip.bytes().data());
  return request.send(socket, "put " + ip.text() + " on lo");
}

// `ip route add local default dev lo`.
Result<void> make_all_local(nl_sock* socket, uint8_t family) {
  rtmsg header{};
  header.rtm_family = family;
  header.rtm_table = RT_TABLE_LOCAL;
  header.rtm_protocol = RTPROT_BOOT;
  header.rtm_scope = RT_SCOPE_HOST;
  header.rtm_type = RTN_LOCAL;
  Request<rtmsg> request(RTM_NEWROUTE, header);
  const unsigned index = ::if_nametoindex("lo");
  request.put(RTA_OIF, sizeof index, &index);
  return request.send(
      socket, std::string("make all addresses local in IPv") + (family == AF_INET ? "4" : "6"));
}

bool has_ipv6() {
  const core::UniqueFd fd(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return fd.is_open() && ::access("/proc/self/net/if_inet6", F_OK) == 0;
}

}  // namespace

Result<void> set_up_loopback(std::span<const IpAddress> addresses) {
  if (auto raised = raise_lo(); !raised) return raised;
  const NlSocket socket(nl_socket_alloc());
  if (!socket) return Error{"sandbox: out of memory for a netlink socket"};
  if (const int code = nl_connect(socket.get(), NETLINK_ROUTE); code < 0) {
    return Error{std::string("sandbox: cannot open a route netlink socket: ") + nl_geterror(code)};
  }
  for (const IpAddress& ip : addresses) {
    if (auto added = add_address(socket.get(), ip); !added) return added;
  }
  if (auto made = make_all_local(socket.get(), AF_INET); !made) return made;
  if (!has_ipv6()) return {};
  return make_all_local(socket.get(), AF_INET6);
}

}  // namespace fogbank::compute
