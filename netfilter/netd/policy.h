// SPDX-License-Identifier: GPL-2.0-or-later
// What netd does for its clients at all, whatever they ask: fixed by its command line.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/listener.h"
#include "core/result.h"
#include "netfilter/netfilter.h"

namespace fogbank::netfilter {

// A range of addresses, written "198.18.0.0/15".
struct Prefix {
  core::IpAddress base;
  int bits = 0;
  static core::Result<Prefix> parse(std::string_view text);
  [[nodiscard]] bool contains(const core::IpAddress& ip) const;
};

struct Policy {
  std::vector<Prefix> pools;    // VIPs come from these only
  std::vector<uint16_t> ports;  // listening sockets are made for these only
  [[nodiscard]] bool is_in_pool(const core::IpAddress& ip) const;
  [[nodiscard]] core::Result<void> permits(const Plan& plan) const;
  [[nodiscard]] core::Result<void> permits(const core::ListenRequest& request) const;
};

}  // namespace fogbank::netfilter
