// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a steering backend works here, found out by using it.
#pragma once

#include <string>

#include "core/result.h"
#include "netfilter/netd/steering.h"

namespace fogbank::netfilter {

// Redirects an unused loopback port to a listener of its own, connects through it, compares the
// original destination and removes the rule again; for both families. A listing proves nothing:
// tables can be listed on kernels that do not translate. Answers what was verified.
core::Result<std::string> verify(Steering& steering);

}  // namespace fogbank::netfilter
