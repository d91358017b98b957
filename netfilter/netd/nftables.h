// SPDX-License-Identifier: GPL-2.0-or-later
// The ruleset of the nftables backend as text.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "netfilter/netfilter.h"

namespace fogbank::netfilter {

// One transaction that replaces the table `inet NAME`, or makes it if it is not there.
[[nodiscard]] std::string nftables_ruleset(std::string_view name,
                                           std::span<const Redirect> redirects);

}  // namespace fogbank::netfilter
