#include "compute/confinement.h"

#include <linux/capability.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>

namespace fogbank::compute {
namespace {

using core::Result;

// What root needs to install files, change users and serve low ports: Docker's default set without
// raw sockets and device nodes.
constexpr std::array kKeptCapabilities = {
    CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FOWNER,  CAP_FSETID,           CAP_KILL,       CAP_SETGID,
    CAP_SETUID, CAP_SETPCAP,      CAP_SETFCAP, CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT,
};
constexpr std::array kSocketFamilies = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_ALG};
// All families of today; above it the filter has one rule.
constexpr int kFamilyMax = 63;

Result<void> drop_capabilities() {
  uint32_t kept[2] = {0, 0};
  for (int capability = 0; capability <= CAP_LAST_CAP; ++capability) {
    if (std::ranges::find(kKeptCapabilities, capability) != kKeptCapabilities.end()) {
      kept[capability / 32] |= 1U << (capability % 32);
      continue;
    }
    // EINVAL: this kernel does not know it.
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EINVAL) {
      return core::system_error("sandbox: cannot drop a capability", errno);
    }
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  if (::syscall(SYS_capget, &header, sets.data()) != 0) {
    return core::system_error("sandbox: capget", errno);
  }
  for (std::size_t i = 0; i < sets.size(); ++i) {
    sets[i].permitted &= kept[i];
    sets[i].effective = sets[i].permitted;
    sets[i].inheritable = 0;
  }
  if (::syscall(SYS_capset, &header, sets.data()) != 0) {
    return core::system_error("sandbox: capset", errno);
  }
  return {};
}

struct FilterDeleter {
  void operator()(void* filter) const noexcept { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

// Programs of 32 bits run too, by their own rules. Their socketcall(2) hides the family, so making
// sockets with it is refused whole; C libraries have not used it since 2015.
int add_other_architectures(scmp_filter_ctx filter) {
  if (seccomp_arch_native() == SCMP_ARCH_X86_64) {
    const int code = seccomp_arch_add(filter, SCMP_ARCH_X86);
    return code != 0 ? code : seccomp_arch_add(filter, SCMP_ARCH_X32);
  }
  if (seccomp_arch_native() == SCMP_ARCH_AARCH64) return seccomp_arch_add(filter, SCMP_ARCH_ARM);
  return 0;
}

int fill(scmp_filter_ctx filter) {
  int code = add_other_architectures(filter);
  const auto refuse_family = [&](scmp_arg_cmp family) {
    if (code == 0) {
      code = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1, family);
    }
  };
  for (int family = 0; family <= kFamilyMax; ++family) {
    if (std::ranges::find(kSocketFamilies, family) == kSocketFamilies.end()) {
      refuse_family(SCMP_A0_32(SCMP_CMP_EQ, static_cast<uint32_t>(family)));
    }
  }
  // Covers values of more than 32 bits as well, of which the kernel would see the lower half.
  refuse_family(SCMP_A0_64(SCMP_CMP_GT, static_cast<uint64_t>(kFamilyMax)));
  if (code == 0) {
    code = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(io_uring_setup), 0);
  }
  return code;
}

Result<void> filter_system_calls() {
  const Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  int code = filter ? fill(filter.get()) : -ENOMEM;
  if (code == 0) code = seccomp_load(filter.get());
  if (code == 0) return {};
  return core::system_error("sandbox: cannot install a system call filter", -code);
}

}  // namespace

Result<void> confine() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return core::system_error("sandbox: cannot set no_new_privs", errno);
  }
  if (auto filtered = filter_system_calls(); !filtered) return filtered;
  return drop_capabilities();
}

}  // namespace fogbank::compute
