// What the command may not do, beside what its namespaces keep from it.
#pragma once

#include "core/result.h"

namespace fogbank::compute {

// Of the calling process and all it will start, for good. Sockets: only of families that a network
// namespace holds back; AF_VSOCK, for one, would reach the hypervisor. io_uring is refused, since
// it makes sockets past this filter. Capabilities: those over namespaces, mounts and the network
// go, so that root inside cannot undo the masks. No set-user-ID program gains privileges.
core::Result<void> confine();

}  // namespace fogbank::compute
