#include "compute/remedy.h"

#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>

namespace fogbank::compute {
namespace {

bool is_set_to(const char* setting, std::string_view value) {
  std::ifstream file(std::string("/proc/sys/") + setting);
  std::string line;
  std::getline(file, line);
  return line == value;
}

}  // namespace

core::Error with_remedy(core::Error error) {
  const int number = error.system_error;
  if (number != EPERM && number != EACCES && number != ENOSPC) return error;
  error.message += "; this host forbids user namespaces: ";
  if (is_set_to("user/max_user_namespaces", "0")) {
    error.message += "set user.max_user_namespaces to some thousands";
  } else if (is_set_to("kernel/unprivileged_userns_clone", "0")) {
    error.message += "set kernel.unprivileged_userns_clone=1, or run as root";
  } else if (is_set_to("kernel/apparmor_restrict_unprivileged_userns", "1")) {
    // AppArmor lets the namespace be made and then denies its owner everything in it.
    error.message += "set kernel.apparmor_restrict_unprivileged_userns=0, or run as root";
  } else {
    error.message +=
        "in a container, allow it the system calls unshare and mount (docker's --security-opt "
        "seccomp=unconfined, or --privileged)";
  }
  return error;
}

}  // namespace fogbank::compute
