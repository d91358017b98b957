// SPDX-License-Identifier: GPL-2.0-or-later
// The addresses of lo, ours told from those of others so that a crash leaves nothing behind.
#pragma once

#include <span>
#include <vector>

#include "core/address.h"
#include "core/result.h"
#include "netfilter/netd/netlink.h"
#include "netfilter/netd/policy.h"

namespace fogbank::netfilter {

class Loopback final {
 public:
  // Of the network namespace of the calling thread. `policy` outlives the object.
  static core::Result<Loopback> open(const Policy& policy);

  struct Entry {
    core::IpAddress ip;
    bool is_ours = false;  // added by a fogbank-netd, be it of an earlier process
  };
  core::Result<std::vector<Entry>> list();
  // Of an address that is not there yet; it becomes ours.
  core::Result<void> add(const core::IpAddress& ip);
  // Waits until connections to each can be made. The kernel routes an IPv6 address only some time
  // after it has acknowledged it.
  core::Result<void> wait_until_local(std::span<const core::IpAddress> addresses);
  // No effect on an address that is not there.
  core::Result<void> remove(const core::IpAddress& ip);

 private:
  Loopback(NlSocket socket, unsigned index, const Policy& policy)
      : socket_(std::move(socket)), index_(index), policy_(&policy) {}
  [[nodiscard]] bool is_local(const core::IpAddress& ip);
  core::Result<void> change(int type, int flags, const core::IpAddress& ip);

  NlSocket socket_;
  unsigned index_;
  const Policy* policy_;
};

}  // namespace fogbank::netfilter
