// Names of backends and the rules a plan must keep.
#include <algorithm>
#include <array>
#include <set>

#include "netfilter/netfilter.h"

namespace fogbank::netfilter {
namespace {

using core::Error;
using core::IpAddress;

constexpr std::array<std::string_view, 4> kBackendNames = {"auto", "nftables", "iptables",
                                                           "direct"};

bool is_loopback(const IpAddress& ip) {
  if (ip.is_v4()) return ip.bytes()[0] == 127;
  return std::ranges::all_of(ip.bytes().begin(), ip.bytes().end() - 1,
                             [](uint8_t byte) { return byte == 0; }) &&
         ip.bytes()[15] == 1;
}

bool can_be_vip(const IpAddress& ip) {
  if (is_loopback(ip)) return false;
  const uint8_t first = ip.bytes()[0];
  if (ip.is_v4()) return first != 0 && first < 224;
  // Multicast; and ::/8, which holds the unspecified and the IPv4-mapped addresses.
  return first != 0xff && first != 0;
}

core::Result<void> validate_redirect(const Redirect& redirect, const std::set<IpAddress>& vips) {
  const std::string what =
      "netfilter: redirect of " + redirect.vip.text() + " to " + redirect.listener.text();
  if (redirect.vip.port == 0 || redirect.listener.port == 0) return Error{what + " has port 0"};
  if (redirect.vip.ip.family() != redirect.listener.ip.family()) {
    return Error{what + " mixes IPv4 and IPv6"};
  }
  if (!vips.contains(redirect.vip.ip)) return Error{what + ": its address is no VIP of the plan"};
  if (!is_loopback(redirect.listener.ip) && !vips.contains(redirect.listener.ip)) {
    return Error{what + ": the listener's address is neither loopback nor a VIP of the plan"};
  }
  if (redirect.vip == redirect.listener) return Error{what + " leads to itself"};
  return {};
}

}  // namespace

std::string_view backend_name(Backend backend) {
  return kBackendNames[static_cast<std::size_t>(backend)];
}

core::Result<Backend> parse_backend(std::string_view name) {
  const auto* const found = std::ranges::find(kBackendNames, name);
  if (found == kBackendNames.end()) {
    return Error{"netfilter: '" + std::string(name) +
                 "' is no steering backend; choose auto, nftables, iptables or direct"};
  }
  return static_cast<Backend>(found - kBackendNames.begin());
}

core::Result<void> validate(const Plan& plan) {
  if (plan.vips.size() > kVipsMax) {
    return Error{"netfilter: a plan has at most " + std::to_string(kVipsMax) + " VIPs, not " +
                 std::to_string(plan.vips.size())};
  }
  if (plan.redirects.size() > kRedirectsMax) {
    return Error{"netfilter: a plan has at most " + std::to_string(kRedirectsMax) +
                 " redirects, not " + std::to_string(plan.redirects.size())};
  }
  std::set<IpAddress> vips;
  for (const IpAddress& vip : plan.vips) {
    if (!can_be_vip(vip)) return Error{"netfilter: " + vip.text() + " cannot be a VIP"};
    if (!vips.insert(vip).second) return Error{"netfilter: VIP " + vip.text() + " is listed twice"};
  }
  std::set<core::SocketAddress> seen;
  for (const Redirect& redirect : plan.redirects) {
    if (auto valid = validate_redirect(redirect, vips); !valid) return valid;
    if (!seen.insert(redirect.vip).second) {
      return Error{"netfilter: " + redirect.vip.text() + " is redirected twice"};
    }
  }
  return {};
}

}  // namespace fogbank::netfilter
