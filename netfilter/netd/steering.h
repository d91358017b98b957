// SPDX-License-Identifier: GPL-2.0-or-later
// How traffic for VIPs is sent to listeners: one interface, one implementation per mechanism.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/result.h"
#include "netfilter/netfilter.h"

namespace fogbank::netfilter {

// Holds at most one ruleset of ours in the kernel. Destruction does not remove it.
class Steering {
 public:
  virtual ~Steering() = default;
  [[nodiscard]] virtual Backend backend() const = 0;
  // Puts `redirects` in force in place of the former ones, in one transaction; on failure the
  // former ones stay. No redirects is no ruleset.
  virtual core::Result<void> apply(std::span<const Redirect> redirects) = 0;
  // Takes away the ruleset, be it of a crashed predecessor. No effect if there is none.
  virtual core::Result<void> remove() = 0;
  // Redirects in force, as the kernel tells.
  virtual core::Result<uint32_t> count() = 0;
};

// A table `inet NAME` with the owner flag: it dies with this object.
core::Result<std::unique_ptr<Steering>> make_nftables_steering(std::string name);
// Chains NAME and NAME-LOCAL of the legacy nat tables. `lock_path` is what iptables locks.
std::unique_ptr<Steering> make_iptables_steering(const std::string& name, std::string lock_path);
// No rules.
std::unique_ptr<Steering> make_direct_steering();

// True for 127.0.0.0/8 and ::1: a listener there is reached from this host only.
[[nodiscard]] bool is_loopback_listener(const Redirect& redirect);

}  // namespace fogbank::netfilter
