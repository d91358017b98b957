// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/loopback.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/errno.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>

namespace fogbank::netfilter {
namespace {

using core::Error;
using core::IpAddress;
using core::Result;

// How our addresses are known: IPv4 by this label, which `ip address` shows too; IPv6, which has
// no labels, by the address protocol attribute (Linux 5.18). An unassigned number.
constexpr const char* kLabel = "lo:fogb";
constexpr uint8_t kAddressProtocol = 0xf0;
// For how long the kernel may take to route new addresses, of all of them together.
constexpr int kRouteTries = 2000;
constexpr timespec kRoutePause{0, 1'000'000};

Error netlink_error(const std::string& what, int code) {
  return Error{"netfilter: " + what + ": " + nl_geterror(code)};
}

struct Listed {
  IpAddress ip;
  bool has_label = false;
  std::optional<uint8_t> protocol;  // absent if unset, and always before Linux 5.18
};
struct Listing {
  unsigned index;
  std::vector<Listed> entries;
};

std::optional<IpAddress> address_of(const ifaddrmsg& header, nlattr* attribute) {
  std::array<uint8_t, 16> bytes{};
  const std::size_t size = header.ifa_family == AF_INET ? 4 : 16;
  if (attribute == nullptr || nla_len(attribute) != static_cast<int>(size)) return std::nullopt;
  std::memcpy(bytes.data(), nla_data(attribute), size);
  if (size == 16) return IpAddress::v6(bytes);
  uint32_t network = 0;
  std::memcpy(&network, bytes.data(), 4);
  return IpAddress::v4(ntohl(network));
}

int on_address(nl_msg* message, void* argument) noexcept {
  auto& listing = *static_cast<Listing*>(argument);
  const nlmsghdr* header = nlmsg_hdr(message);
  std::array<nlattr*, IFA_MAX + 1> attributes{};
  if (header->nlmsg_type != RTM_NEWADDR ||
      nlmsg_parse(nlmsg_hdr(message), sizeof(ifaddrmsg), attributes.data(), IFA_MAX, nullptr) < 0) {
    return NL_OK;
  }
  ifaddrmsg address{};
  std::memcpy(&address, nlmsg_data(header), sizeof address);
  if (address.ifa_index != listing.index ||
      (address.ifa_family != AF_INET && address.ifa_family != AF_INET6)) {
    return NL_OK;
  }
  nlattr* local = attributes[IFA_LOCAL];
  if (local == nullptr) local = attributes[IFA_ADDRESS];
  const auto ip = address_of(address, local);
  if (!ip) return NL_OK;
  Listed listed{*ip, false, std::nullopt};
  listed.has_label =
      attributes[IFA_LABEL] != nullptr && nla_strcmp(attributes[IFA_LABEL], kLabel) == 0;
  if (attributes[IFA_PROTO] != nullptr) listed.protocol = nla_get_u8(attributes[IFA_PROTO]);
  listing.entries.push_back(listed);
  return NL_OK;
}

// Takes the type of a route; RTN_UNSPEC stands for no answer.
int on_route(nl_msg* message, void* argument) noexcept {
  const nlmsghdr* header = nlmsg_hdr(message);
  rtmsg route{};
  if (header->nlmsg_type == RTM_NEWROUTE &&
      nlmsg_datalen(header) >= static_cast<int>(sizeof route)) {
    std::memcpy(&route, nlmsg_data(header), sizeof route);
    *static_cast<uint8_t*>(argument) = route.rtm_type;
  }
  return NL_OK;
}

}  // namespace

Result<Loopback> Loopback::open(const Policy& policy) {
  NlSocket socket(nl_socket_alloc());
  if (!socket) return Error{"netfilter: out of memory for a netlink socket"};
  if (const int code = nl_connect(socket.get(), NETLINK_ROUTE); code < 0) {
    return netlink_error("cannot open a route netlink socket", code);
  }
  const unsigned index = ::if_nametoindex("lo");
  if (index == 0) return core::system_error("netfilter: no interface lo", errno);
  return Loopback(std::move(socket), index, policy);
}

Result<std::vector<Loopback::Entry>> Loopback::list() {
  Listing listing{index_, {}};
  const NlMessage request(nlmsg_alloc_simple(RTM_GETADDR, NLM_F_DUMP));
  ifaddrmsg header{};
  if (!request || nlmsg_append(request.get(), &header, sizeof header, NLMSG_ALIGNTO) < 0) {
    return Error{"netfilter: out of memory for a netlink message"};
  }
  nl_socket_modify_cb(socket_.get(), NL_CB_VALID, NL_CB_CUSTOM, on_address, &listing);
  int code = nl_send_auto(socket_.get(), request.get());
  if (code >= 0) code = nl_recvmsgs_default(socket_.get());
  nl_socket_modify_cb(socket_.get(), NL_CB_VALID, NL_CB_DEFAULT, nullptr, nullptr);
  if (code < 0) return netlink_error("cannot list the addresses of lo", code);

  // Where the kernel keeps address protocols, 127.0.0.1 and ::1 carry one. An older kernel has no
  // mark for IPv6 addresses, so there an address of the pool is taken for ours.
  const bool keeps_protocols =
      std::ranges::any_of(listing.entries, [](const Listed& l) { return l.protocol.has_value(); });
  std::vector<Entry> out;
  for (const Listed& listed : listing.entries) {
    bool is_ours = listed.has_label;
    if (!listed.ip.is_v4()) {
      is_ours =
          keeps_protocols ? listed.protocol == kAddressProtocol : policy_->is_in_pool(listed.ip);
    }
    out.push_back({listed.ip, is_ours});
  }
  return out;
}

Result<void> Loopback::change(int type, int flags, const IpAddress& ip) {
  const auto size = static_cast<int>(ip.is_v4() ? 4 : 16);
  NlMessage request(nlmsg_alloc_simple(type, flags));
  ifaddrmsg header{};
  header.ifa_family = ip.is_v4() ? AF_INET : AF_INET6;
  header.ifa_prefixlen = static_cast<uint8_t>(size * 8);
  header.ifa_scope = RT_SCOPE_HOST;
  header.ifa_index = index_;
  // Without it an IPv6 address cannot be bound until duplicate detection ends.
  if (!ip.is_v4()) header.ifa_flags = IFA_F_NODAD;
  const auto put = [&](int attribute, int length, const void* bytes) {
    return nla_put(request.get(), attribute, length, bytes) >= 0;
  };
  const bool is_built =
      request && nlmsg_append(request.get(), &header, sizeof header, NLMSG_ALIGNTO) >= 0 &&
      put(IFA_LOCAL, size, ip.bytes().data()) && put(IFA_ADDRESS, size, ip.bytes().data()) &&
      put(IFA_PROTO, 1, &kAddressProtocol) &&
      (!ip.is_v4() || nla_put_string(request.get(), IFA_LABEL, kLabel) >= 0);
  if (!is_built) return Error{"netfilter: out of memory for a netlink message"};
  // Frees the message, whatever happens.
  const int code = nl_send_sync(socket_.get(), request.release());
  if (code >= 0) return {};
  const std::string verb = type == RTM_NEWADDR ? "cannot add " : "cannot remove ";
  if (type == RTM_NEWADDR && !ip.is_v4() && (code == -NLE_NOACCESS || code == -NLE_OPNOTSUPP)) {
    return Error{"netfilter: " + verb + ip.text() +
                 " on lo: IPv6 is disabled there; set net.ipv6.conf.lo.disable_ipv6=0 or configure "
                 "no IPv6 pool"};
  }
  if (type == RTM_DELADDR && code == -NLE_NOADDR) return {};
  return netlink_error(verb + ip.text() + " on lo", code);
}

Result<void> Loopback::add(const IpAddress& ip) {
  return change(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, ip);
}

bool Loopback::is_local(const IpAddress& ip) {
  const auto size = static_cast<int>(ip.is_v4() ? 4 : 16);
  const NlMessage request(nlmsg_alloc_simple(RTM_GETROUTE, 0));
  rtmsg header{};
  header.rtm_family = ip.is_v4() ? AF_INET : AF_INET6;
  header.rtm_dst_len = static_cast<uint8_t>(size * 8);
  if (!request || nlmsg_append(request.get(), &header, sizeof header, NLMSG_ALIGNTO) < 0 ||
      nla_put(request.get(), RTA_DST, size, ip.bytes().data()) < 0) {
    return false;
  }
  uint8_t type = RTN_UNSPEC;
  nl_socket_modify_cb(socket_.get(), NL_CB_VALID, NL_CB_CUSTOM, on_route, &type);
  int code = nl_send_auto(socket_.get(), request.get());
  if (code >= 0) code = nl_recvmsgs_default(socket_.get());
  // An answer has an acknowledgement behind it; a failure, as of a network without route, has not.
  if (code >= 0 && type != RTN_UNSPEC) code = nl_wait_for_ack(socket_.get());
  nl_socket_modify_cb(socket_.get(), NL_CB_VALID, NL_CB_DEFAULT, nullptr, nullptr);
  return code >= 0 && type == RTN_LOCAL;
}

Result<void> Loopback::wait_until_local(std::span<const IpAddress> addresses) {
  int tries_left = kRouteTries;
  for (const IpAddress& ip : addresses) {
    for (; !is_local(ip); --tries_left) {
      if (tries_left == 0)
        return Error{"netfilter: " + ip.text() + " on lo does not become usable"};
      ::nanosleep(&kRoutePause, nullptr);
    }
  }
  return {};
}

Result<void> Loopback::remove(const IpAddress& ip) { return change(RTM_DELADDR, 0, ip); }

}  // namespace fogbank::netfilter
