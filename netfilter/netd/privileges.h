// SPDX-License-Identifier: GPL-2.0-or-later
// Gives up what netd does not need, for good.
#pragma once

#include "core/result.h"

namespace fogbank::netfilter {

// Keeps, of the capabilities held, CAP_NET_ADMIN (addresses, rules), CAP_NET_BIND_SERVICE (ports
// below 1024) and CAP_NET_RAW (libiptc's socket). A missing one is not missed here: what needs it
// fails and says so. No program executed later can gain any. Linux capabilities(7).
core::Result<void> drop_privileges();

}  // namespace fogbank::netfilter
