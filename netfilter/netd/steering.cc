// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/steering.h"

namespace fogbank::netfilter {
namespace {

// The daemon's listeners bind the VIPs, so having the VIPs on lo is all.
class DirectSteering final : public Steering {
 public:
  [[nodiscard]] Backend backend() const override { return Backend::kDirect; }
  core::Result<void> apply(std::span<const Redirect> /*redirects*/) override { return {}; }
  core::Result<void> remove() override { return {}; }
  core::Result<uint32_t> count() override { return 0U; }
};

}  // namespace

std::unique_ptr<Steering> make_direct_steering() { return std::make_unique<DirectSteering>(); }

bool is_loopback_listener(const Redirect& redirect) {
  const auto& ip = redirect.listener.ip;
  return ip.is_v4() ? ip.bytes()[0] == 127 : ip.bytes()[0] == 0;
}

}  // namespace fogbank::netfilter
