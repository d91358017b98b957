// SPDX-License-Identifier: GPL-2.0-or-later
// fogbank-netd as a whole.
#pragma once

#include "core/log.h"
#include "core/result.h"
#include "netfilter/netd/options.h"

namespace fogbank::netfilter {

// Clears what a crashed predecessor left, then serves until SIGTERM, SIGINT or SIGHUP, and leaves
// nothing behind. With kClean it only clears. The calling process gives up its privileges.
core::Result<void> run_netd(const Options& options, core::Log& log);

}  // namespace fogbank::netfilter
