// Steering: virtual addresses (VIPs) on lo, and the rules that send VIP:443 and VIP:80 to our
// listeners. All privileged work is done by a separate process, fogbank-netd; this door is its
// client, so the daemon itself needs no capability.
//
// Use by the daemon:
//   auto netd = Client::connect(path);              // again after netd went away
//   auto report = netd->probe();                    // which backend will be used, and why
//   auto fd = netd->listen({vip:53, kUdp, ...});    // ports below 1024, or any listed port
//   auto status = netd->apply(plan);                // VIPs and rules, all or nothing
//   ... keep the client: when it closes, netd waits for its grace period (a restarted daemon
//   applies again within it and nothing is interrupted), then removes the plan.
// Watch fd() for EPOLLIN|EPOLLHUP: it becomes readable only when netd has gone; connect and apply
// again then.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/fd.h"
#include "core/listener.h"
#include "core/result.h"

namespace fogbank::netfilter {

// How traffic for a VIP reaches a listener.
enum class Backend : uint8_t {
  kAuto,      // the first of the following that a probe finds working
  kNftables,  // DNAT in a table of our own, `inet fogbank`, that dies with its owner
  kIptables,  // DNAT in a chain of our own, FOGBANK, of the legacy nat tables
  kDirect,    // no rules: the daemon's listeners bind the VIPs themselves
};
[[nodiscard]] std::string_view backend_name(Backend backend);  // "auto", "nftables", ...
[[nodiscard]] core::Result<Backend> parse_backend(std::string_view name);

// TCP connections to `vip` arrive at `listener`, which learns the VIP by SO_ORIGINAL_DST. The
// listener's address is one of the plan's VIPs, or loopback; a loopback listener is reached by
// programs of this host only, never by forwarded traffic (that would need route_localnet, which
// exposes every local service).
struct Redirect {
  core::SocketAddress vip;
  core::SocketAddress listener;
  friend auto operator<=>(const Redirect&, const Redirect&) = default;
};

constexpr std::size_t kVipsMax = 2048;
constexpr std::size_t kRedirectsMax = 4096;

// All that netd shall have in force. Addresses and ports must lie within what netd's command line
// allows (--pool, --port). With kDirect the redirects are kept, and not used.
struct Plan {
  Backend backend = Backend::kAuto;
  std::vector<core::IpAddress> vips;
  std::vector<Redirect> redirects;
  friend bool operator==(const Plan&, const Plan&) = default;
};
// Refuses duplicates, redirects of a foreign address or to one, mixed families, more than the
// limits above, and addresses that cannot be VIPs (loopback, multicast, unspecified).
[[nodiscard]] core::Result<void> validate(const Plan& plan);

struct BackendProbe {
  Backend backend = Backend::kAuto;
  bool is_usable = false;
  std::string reason;  // what was tried and what came of it, for an operator
  friend bool operator==(const BackendProbe&, const BackendProbe&) = default;
};
struct ProbeReport {
  Backend chosen = Backend::kAuto;     // kAuto: none works
  std::vector<BackendProbe> backends;  // in the order of trial
  friend bool operator==(const ProbeReport&, const ProbeReport&) = default;
};

// What the plan asks for and what the kernel holds at this moment. Both agree unless another
// program has interfered; netd looks every few seconds and puts the plan right, as apply() does.
struct Status {
  Backend backend = Backend::kAuto;  // in force; kAuto: no plan is
  uint32_t vips_wanted = 0;
  uint32_t vips_present = 0;
  uint32_t redirects_wanted = 0;  // 0 with kDirect
  uint32_t redirects_present = 0;
  uint32_t client_pid = 0;             // whose plan it is; 0: it has gone and the grace period runs
  uint32_t repairs = 0;                // how often netd has put this plan right
  std::vector<BackendProbe> backends;  // the probes behind the choice
  friend bool operator==(const Status&, const Status&) = default;
};

// A connection to netd. One thread at a time; calls block, for at most kReplyTimeoutMs.
class Client final {
 public:
  static constexpr int kReplyTimeoutMs = 15'000;

  // Fails if no netd listens there or it does not accept this user.
  static core::Result<Client> connect(const std::string& path);

  // Tries the backends in order until one works, by a real connection through a rule made for it;
  // a backend other than kAuto: only that one.
  core::Result<ProbeReport> probe(Backend backend = Backend::kAuto);
  // Puts the plan in force in place of the last one; applying an equal plan changes nothing. On
  // failure what was in force before still is. Refused while another client's plan is in force.
  core::Result<Status> apply(const Plan& plan);
  // A socket made by netd, for addresses within its pools and loopback, and for its ports.
  core::Result<core::UniqueFd> listen(const core::ListenRequest& request);
  core::Result<Status> status();
  // Takes away every address and rule of ours, whoever applied them.
  core::Result<void> remove();

  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  explicit Client(core::UniqueFd fd) : fd_(std::move(fd)) {}
  core::UniqueFd fd_;
};

}  // namespace fogbank::netfilter
