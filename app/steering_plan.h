// What the daemon asks of the privileged process: which addresses are ours, where connections to
// them go, and which sockets it needs.
#pragma once

#include <vector>

#include "app/config.h"
#include "app/instance.h"
#include "aws/services.h"
#include "netfilter/netfilter.h"

namespace fogbank::app {

// All VIPs, and for each the ways from :443 and :80 to the listeners.
netfilter::Plan make_plan(const Config& config, const aws::VipPool& pool);

// The sockets of an installed daemon, made by the privileged process. `backend` is the one in
// force: with kDirect the listeners bind the VIPs themselves.
core::Result<InstanceSockets> open_sockets(netfilter::Client& netd, const Config& config,
                                           const aws::VipPool& pool, netfilter::Backend backend,
                                           std::size_t loops);

// The resolver's addresses, for resolv.conf.
std::vector<core::IpAddress> resolver_addresses(const aws::VipPool& pool);

}  // namespace fogbank::app
