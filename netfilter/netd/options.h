// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of fogbank-netd.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "netfilter/netd/policy.h"

namespace fogbank::netfilter {

struct Options {
  enum class Action : uint8_t { kServe, kClean, kHelp };
  Action action = Action::kServe;
  std::string socket_path;
  std::optional<gid_t> group;     // of the socket; absent: as created
  std::vector<uid_t> allow_uids;  // beside root
  Policy policy{{}, {53, 80, 443}};
  int64_t grace_ms = 3000;
  int64_t check_ms = 10'000;
  std::string xtables_lock_path = "/run/xtables.lock";
};

// `arguments` without the program's name. Users and groups may be given by name or number.
core::Result<Options> parse_options(std::span<const std::string_view> arguments);
[[nodiscard]] std::string_view usage();

}  // namespace fogbank::netfilter
