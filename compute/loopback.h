// The network of a sandbox: lo alone, and every address of the world on it.
#pragma once

#include <span>

#include "core/address.h"
#include "core/result.h"

namespace fogbank::compute {

// In the network namespace of the calling process: raises lo, puts `addresses` on it and makes
// every address local by a route per family (AnyIP). Without IPv6 in the kernel its route is left
// out, and IPv6 addresses are an error.
core::Result<void> set_up_loopback(std::span<const core::IpAddress> addresses);

}  // namespace fogbank::compute
