// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/nftables.h"

#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>

#include "core/fd.h"
#include "netfilter/netd/steering.h"

namespace fogbank::netfilter {
namespace {

using core::Error;
using core::Result;

// NAT base chains run before those of iptables (-100), so that a DNAT of Docker or of a firewall
// does not see our connections first.
constexpr std::string_view kPriority = "-110";

struct Map {
  std::string_view name;
  std::string_view protocol;  // the family's name in rules
  bool is_v4;
  bool is_loopback;  // holds redirects to loopback listeners, which only the output hook may use
};
constexpr std::array<Map, 4> kMaps = {{{"v4", "ip", true, false},
                                       {"v6", "ip6", false, false},
                                       {"v4_loopback", "ip", true, true},
                                       {"v6_loopback", "ip6", false, true}}};

bool belongs_to(const Redirect& redirect, const Map& map) {
  return redirect.vip.ip.is_v4() == map.is_v4 && is_loopback_listener(redirect) == map.is_loopback;
}

void append_endpoint(std::string& out, const core::SocketAddress& endpoint) {
  out += endpoint.ip.text();
  out += " . ";
  out += std::to_string(endpoint.port);
}

void append_map(std::string& out, const Map& map, std::span<const Redirect> redirects) {
  const std::string endpoint = map.is_v4 ? "ipv4_addr . inet_service" : "ipv6_addr . inet_service";
  out += " map " + std::string(map.name) + " {\n  type " + endpoint + " : " + endpoint + "\n";
  std::string elements;
  for (const Redirect& redirect : redirects) {
    if (!belongs_to(redirect, map)) continue;
    elements += elements.empty() ? "" : ", ";
    append_endpoint(elements, redirect.vip);
    elements += " : ";
    append_endpoint(elements, redirect.listener);
  }
  if (!elements.empty()) out += "  elements = { " + elements + " }\n";
  out += " }\n";
}

void append_chain(std::string& out, std::string_view hook, std::span<const Map> maps) {
  out += " chain " + std::string(hook) + " {\n  type nat hook " + std::string(hook) + " priority " +
         std::string(kPriority) + "; policy accept\n";
  for (const Map& map : maps) {
    const std::string protocol(map.protocol);
    out += "  dnat " + protocol + " to " + protocol + " daddr . tcp dport map @" +
           std::string(map.name) + "\n";
  }
  out += " }\n";
}

struct NftDeleter {
  void operator()(nft_ctx* context) const noexcept { nft_ctx_free(context); }
};
using NftContext = std::unique_ptr<nft_ctx, NftDeleter>;

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

class NftablesSteering final : public Steering {
 public:
  NftablesSteering(NftContext context, std::string name)
      : context_(std::move(context)), name_(std::move(name)) {}

  [[nodiscard]] Backend backend() const override { return Backend::kNftables; }

  Result<void> apply(std::span<const Redirect> redirects) override {
    if (redirects.empty()) return remove();
    if (auto done = run(nftables_ruleset(name_, redirects)); !done) return done;
    is_held_ = true;
    return {};
  }

  // A table of a crashed process went with it: the kernel ends what its owner held.
  Result<void> remove() override {
    if (!is_held_) return {};
    if (auto done = run("delete table inet " + name_ + "\n"); !done) return done;
    is_held_ = false;
    return {};
  }

  Result<uint32_t> count() override {
    if (!is_held_) return 0U;
    uint32_t total = 0;
    for (const Map& map : kMaps) {
      if (auto done = run("list map inet " + name_ + " " + std::string(map.name) + "\n"); !done) {
        return done.error();
      }
      const std::string_view listed = nft_ctx_get_output_buffer(context_.get());
      uint32_t colons = 0;  // one in the map's type, one in each of its elements
      for (auto at = listed.find(" : "); at != std::string_view::npos;
           at = listed.find(" : ", at + 1)) {
        ++colons;
      }
      total += colons > 0 ? colons - 1 : 0;
    }
    return total;
  }

 private:
  Result<void> run(const std::string& commands) {
    if (nft_run_cmd_from_buffer(context_.get(), commands.c_str()) == 0) return {};
    const std::string reason = first_line(nft_ctx_get_error_buffer(context_.get()));
    std::string message = "netfilter: nftables table inet " + name_ + ": " + reason;
    if (reason.find("Operation not permitted") != std::string::npos) {
      message += "; either CAP_NET_ADMIN is missing or another fogbank-netd owns the table";
    }
    return Error{std::move(message)};
  }

  NftContext context_;
  std::string name_;
  bool is_held_ = false;
};

}  // namespace

std::string nftables_ruleset(std::string_view name, std::span<const Redirect> redirects) {
  const std::string table = "table inet " + std::string(name);
  // Adding first makes deleting succeed where there is no table yet; all is one transaction.
  std::string out = "add " + table + " { flags owner; }\ndelete " + table + "\n";
  out += table + " {\n flags owner\n";
  for (const Map& map : kMaps) append_map(out, map, redirects);
  append_chain(out, "output", kMaps);
  append_chain(out, "prerouting", std::span(kMaps).first(2));
  out += "}\n";
  return out;
}

Result<std::unique_ptr<Steering>> make_nftables_steering(std::string name) {
  // libnftables ends the process where it cannot open its socket, so that is tried before.
  const core::UniqueFd netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
  if (!netlink.is_open()) {
    return core::system_error("netfilter: this kernel has no netfilter netlink", errno);
  }
  NftContext context(nft_ctx_new(NFT_CTX_DEFAULT));
  if (!context) return Error{"netfilter: nftables: cannot open a netlink socket"};
  nft_ctx_buffer_output(context.get());
  nft_ctx_buffer_error(context.get());
  nft_ctx_output_set_flags(context.get(), NFT_CTX_OUTPUT_NUMERIC_ALL);
  return std::unique_ptr<Steering>(
      std::make_unique<NftablesSteering>(std::move(context), std::move(name)));
}

}  // namespace fogbank::netfilter
