// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/privileges.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

namespace fogbank::netfilter {
namespace {

constexpr std::array kKept = {CAP_NET_ADMIN, CAP_NET_BIND_SERVICE, CAP_NET_RAW};

constexpr uint32_t kept_mask() {
  uint32_t mask = 0;
  for (const int capability : kKept) mask |= 1U << capability;
  return mask;
}

}  // namespace

core::Result<void> drop_privileges() {
  for (int capability = 0; capability <= CAP_LAST_CAP; ++capability) {
    if (std::ranges::find(kKept, capability) != kKept.end()) continue;
    // Needs CAP_SETPCAP; a process started without it has nothing to drop that matters.
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EPERM && errno != EINVAL) {
      return core::system_error("netd: cannot drop a capability from the bounding set", errno);
    }
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  if (::syscall(SYS_capget, &header, sets.data()) != 0) {
    return core::system_error("netd: capget", errno);
  }
  sets[0].permitted &= kept_mask();
  sets[0].effective = sets[0].permitted;
  sets[0].inheritable = 0;
  sets[1] = {};
  if (::syscall(SYS_capset, &header, sets.data()) != 0) {
    return core::system_error("netd: capset", errno);
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return core::system_error("netd: cannot set no_new_privs", errno);
  }
  return {};
}

}  // namespace fogbank::netfilter
