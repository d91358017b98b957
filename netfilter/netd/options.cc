// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/options.h"

#include <grp.h>
#include <pwd.h>

#include <array>

#include "core/text.h"

namespace fogbank::netfilter {
namespace {

using core::Error;
using core::Result;

// A client that is restarted is back in a second or two; longer than a minute is an outage.
constexpr int64_t kGraceMsMax = 60'000;
// Looking costs some 10 ms of nftables; seldom is as good as never for who waits for an answer.
constexpr int64_t kCheckMsMin = 100;
constexpr int64_t kCheckMsMax = 3'600'000;
constexpr std::size_t kListMax = 64;  // of --pool, --port, --allow-uid each

Result<uid_t> parse_user(std::string_view text) {
  if (const auto number = core::parse_number<uid_t>(text)) return *number;
  const passwd* entry = ::getpwnam(std::string(text).c_str());
  if (entry == nullptr) return Error{"no user " + std::string(text)};
  return entry->pw_uid;
}

Result<gid_t> parse_group(std::string_view text) {
  if (const auto number = core::parse_number<gid_t>(text)) return *number;
  const group* entry = ::getgrnam(std::string(text).c_str());
  if (entry == nullptr) return Error{"no group " + std::string(text)};
  return entry->gr_gid;
}

template <class T>
Result<void> append(std::vector<T>& list, const Result<T>& value) {
  if (!value) return value.error();
  if (list.size() >= kListMax) {
    return Error{"given more than " + std::to_string(kListMax) + " times"};
  }
  list.push_back(*value);
  return {};
}

Result<void> set_time(int64_t& out, std::string_view value, int64_t least, int64_t most) {
  const auto number = core::parse_number<int64_t>(value);
  if (!number || *number < least || *number > most) {
    return Error{"must be " + std::to_string(least) + " to " + std::to_string(most)};
  }
  out = *number;
  return {};
}

Result<uint16_t> parse_port(std::string_view text) {
  const auto port = core::parse_number<uint16_t>(text);
  if (!port || *port == 0) return Error{"'" + std::string(text) + "' is no port"};
  return *port;
}

Result<void> set(Options& out, std::string_view name, std::string_view value) {
  if (name == "--socket") {
    out.socket_path = value;
    return {};
  }
  if (name == "--xtables-lock") {
    out.xtables_lock_path = value;
    return {};
  }
  if (name == "--group") {
    const auto group = parse_group(value);
    if (!group) return group.error();
    out.group = *group;
    return {};
  }
  if (name == "--allow-uid") return append(out.allow_uids, parse_user(value));
  if (name == "--pool") return append(out.policy.pools, Prefix::parse(value));
  if (name == "--port") return append(out.policy.ports, parse_port(value));
  if (name == "--grace-ms") return set_time(out.grace_ms, value, 0, kGraceMsMax);
  if (name == "--check-ms") return set_time(out.check_ms, value, kCheckMsMin, kCheckMsMax);
  return Error{"unknown option"};
}

}  // namespace

Result<Options> parse_options(std::span<const std::string_view> arguments) {
  Options out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view name = arguments[i];
    if (name == "--help" || name == "--clean") {
      out.action = name == "--help" ? Options::Action::kHelp : Options::Action::kClean;
      continue;
    }
    std::string_view value;
    if (const auto equals = name.find('='); equals != std::string_view::npos) {
      value = name.substr(equals + 1);
      name = name.substr(0, equals);
    } else if (i + 1 < arguments.size()) {
      value = arguments[++i];
    }
    const std::string prefix = "fogbank-netd: " + std::string(name) + ": ";
    if (value.empty()) return Error{prefix + "a value must follow"};
    if (auto done = set(out, name, value); !done) return Error{prefix + done.error().message};
  }
  if (out.action == Options::Action::kHelp) return out;
  if (out.socket_path.empty()) return Error{"fogbank-netd: --socket PATH is needed"};
  if (out.policy.pools.empty()) {
    return Error{"fogbank-netd: at least one --pool is needed, like --pool 198.18.0.0/15"};
  }
  return out;
}

std::string_view usage() {
  return R"(fogbank-netd: the part of fogbank that changes the network of this host.

Holds virtual addresses on lo and the rules that steer them to fogbank, for a daemon that has no
privileges itself. Needs CAP_NET_ADMIN and CAP_NET_BIND_SERVICE, and CAP_NET_RAW for iptables.
SIGTERM removes every address and rule of ours and ends it.

  --socket PATH        where the daemon connects (mode 0660)
  --pool PREFIX        virtual addresses come from here; repeat for more
  --allow-uid USER     who may connect beside root; repeat for more
  --group GROUP        group of the socket
  --port NUMBER        also make listening sockets for this port (53, 80 and 443 always)
  --grace-ms NUMBER    how long addresses and rules outlive their daemon (3000)
  --check-ms NUMBER    how often to put right what other programs took away (10000)
  --xtables-lock PATH  the lock of iptables (/run/xtables.lock)
  --clean              remove what a crashed fogbank-netd left, and end
  --help               this text

Example: fogbank-netd --socket /run/fogbank/netd.sock --pool 198.18.0.0/15 --allow-uid fogbank
)";
}

}  // namespace fogbank::netfilter
