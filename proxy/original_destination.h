// Where a client believed to connect to.
#pragma once

#include "core/address.h"

namespace fogbank::proxy {

// The destination of an accepted connection before netfilter changed it (REDIRECT, DNAT), or the
// socket's own address if it did not: then the listener has the address itself, or has it by
// TPROXY.
[[nodiscard]] core::SocketAddress original_destination(int fd);

}  // namespace fogbank::proxy
