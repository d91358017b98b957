// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/policy.h"

#include <algorithm>
#include <string>

#include "core/text.h"

namespace fogbank::netfilter {
namespace {

using core::Error;
using core::IpAddress;

// A pool of half the internet would let a client take anybody's address.
constexpr int kPrefixBitsMin = 8;

}  // namespace

core::Result<Prefix> Prefix::parse(std::string_view text) {
  const Error wrong{"'" + std::string(text) +
                    "' is no address range; write it like 198.18.0.0/15, at least a /" +
                    std::to_string(kPrefixBitsMin)};
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return wrong;
  const auto base = IpAddress::parse(text.substr(0, slash));
  const auto bits = core::parse_number<int>(text.substr(slash + 1));
  if (!base || !bits || *bits < kPrefixBitsMin || *bits > (base->is_v4() ? 32 : 128)) return wrong;
  return Prefix{*base, *bits};
}

bool Prefix::contains(const IpAddress& ip) const {
  if (ip.family() != base.family()) return false;
  for (int bit = 0; bit < bits; bit += 8) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    const int compared = std::min(bits - bit, 8);
    const int difference = (ip.bytes()[byte] ^ base.bytes()[byte]) >> (8 - compared);
    if (difference != 0) return false;
  }
  return true;
}

bool Policy::is_in_pool(const IpAddress& ip) const {
  return std::ranges::any_of(pools, [&](const Prefix& pool) { return pool.contains(ip); });
}

core::Result<void> Policy::permits(const Plan& plan) const {
  for (const IpAddress& vip : plan.vips) {
    if (!is_in_pool(vip)) {
      return Error{"netfilter: VIP " + vip.text() +
                   " lies outside the pools of fogbank-netd; add its range with --pool"};
    }
  }
  return {};
}

core::Result<void> Policy::permits(const core::ListenRequest& request) const {
  const IpAddress& ip = request.address.ip;
  const bool is_loopback = Prefix{IpAddress::v4(0x7f000000), 8}.contains(ip) ||
                           Prefix{*IpAddress::parse("::1"), 128}.contains(ip);
  if (!is_loopback && !is_in_pool(ip)) {
    return Error{"netfilter: cannot listen on " + request.address.text() +
                 ": the address is neither loopback nor in a pool of fogbank-netd (--pool)"};
  }
  if (std::ranges::find(ports, request.address.port) == ports.end()) {
    return Error{"netfilter: cannot listen on " + request.address.text() +
                 ": allow the port to fogbank-netd with --port"};
  }
  return {};
}

}  // namespace fogbank::netfilter
