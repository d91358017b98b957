// What the command sees of the file system in place of the host's.
#pragma once

#include <string>
#include <string_view>

#include "compute/compute.h"
#include "core/result.h"

namespace fogbank::compute {

// In the mount and process namespaces of the calling process, which it must own: overlays, masks,
// resolv.conf, nsswitch.conf and a /proc of its own. Nothing is written to the host's files.
core::Result<void> set_up_mounts(const SandboxOptions& options);

// The text of nsswitch.conf with host names looked up in files and DNS only, whatever modules the
// host uses: they ask daemons outside.
[[nodiscard]] std::string with_plain_host_lookup(std::string_view nsswitch_conf);

}  // namespace fogbank::compute
