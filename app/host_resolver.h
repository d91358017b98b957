// Makes the host ask our resolver, by /etc/resolv.conf, and gives the host its own file back.
#pragma once

#include <string>
#include <vector>

#include "core/address.h"
#include "core/result.h"

namespace fogbank::app {

struct HostResolver {
  std::string resolv_conf = "/etc/resolv.conf";
  // Where the host's own file is kept meanwhile: root's alone, for root restores from it, and
  // readable, for the daemon finds its forwarders there.
  std::string keep = "/var/lib/fogbank-host";
};

// The servers that the host asked before us, in order; our own addresses are never among them.
core::Result<std::vector<core::SocketAddress>> forwarders_of(const HostResolver& host);
// True when the host asks us.
core::Result<bool> is_redirected(const HostResolver& host);
// Keeps what is there (file or symbolic link) and puts ours in its place. Repeatable.
core::Result<void> redirect(const HostResolver& host, const std::vector<core::IpAddress>& servers);
// Exactly what was there before. Without effect when it is there already. A file that someone
// else wrote over ours meanwhile is left alone.
core::Result<void> restore(const HostResolver& host);

}  // namespace fogbank::app
