// SPDX-License-Identifier: GPL-2.0-or-later
// Makes the host agree with a plan, and with nothing when there is none.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/log.h"
#include "core/result.h"
#include "netfilter/netd/loopback.h"
#include "netfilter/netd/steering.h"
#include "netfilter/netfilter.h"

namespace fogbank::netfilter {

class Enforcer final {
 public:
  struct Links {
    const Policy& policy;
    core::Log& log;
  };
  // The arguments of `links` outlive the object. Clears what a crashed predecessor left.
  static core::Result<std::unique_ptr<Enforcer>> create(const Links& links,
                                                        const std::string& xtables_lock_path);

  // Tries backends until one works; any but kAuto: that one only.
  ProbeReport probe(Backend wanted);
  // All or nothing; an address that was on lo before stays when the plan goes.
  core::Result<void> apply(const Plan& plan);
  // Goes on past failures and reports the first.
  core::Result<void> remove();
  // Puts the plan in force right where another program has taken part of it away, and tells
  // whether that was so.
  core::Result<bool> repair();
  // Without the client.
  core::Result<Status> status();
  [[nodiscard]] bool is_in_force() const { return plan_.has_value(); }

 private:
  Enforcer(const Links& links, Loopback loopback)
      : log_(links.log), loopback_(std::move(loopback)) {}
  core::Result<Steering*> choose(Backend wanted);
  Steering* find(Backend backend);
  core::Result<std::string> verify_backend(Backend backend);
  core::Result<void> add_missing(const Plan& plan, std::vector<core::IpAddress>& added);
  core::Result<void> remove_addresses_but(const std::vector<core::IpAddress>& kept);

  core::Log& log_;
  Loopback loopback_;
  std::string xtables_lock_path_;
  std::vector<std::unique_ptr<Steering>> backends_;  // in order of preference
  std::vector<BackendProbe> probes_;                 // behind the choice in force
  std::optional<Plan> plan_;
  uint32_t repairs_ = 0;
  Steering* steering_ = nullptr;  // in force; one of backends_
};

}  // namespace fogbank::netfilter
