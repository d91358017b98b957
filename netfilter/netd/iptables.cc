// SPDX-License-Identifier: GPL-2.0-or-later
// Steering by the legacy xtables interface, for kernels without nf_tables. Each family has its own
// nat table, and each table is replaced by one commit.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <fstream>
#include <optional>
#include <vector>

#include "core/check.h"
#include "core/fd.h"
#include "netfilter/netd/iptc.h"
#include "netfilter/netd/steering.h"

namespace fogbank::netfilter {
namespace {

using core::Error;
using core::Result;
using core::UniqueFd;

constexpr const char* kComment = "fogbank";
constexpr const char* kLocalSuffix = "-LOCAL";
// How long iptables or another user of the tables may hold the lock.
constexpr int kLockTries = 250;
constexpr timespec kLockPause{0, 20'000'000};

// One rule in the kernel's layout: entry, matches, target, each a multiple of XT_ALIGN.
template <class Family>
class RuleBuilder final {
  using Entry = typename Family::Entry;

 public:
  RuleBuilder() : bytes_(XT_ALIGN(sizeof(Entry))) { Family::match_tcp(entry()); }

  void match_destination(const core::IpAddress& ip) { Family::match_destination(entry(), ip); }

  template <class Settings>
  void match(const char* name, const Settings& settings) {
    append(name, 0, settings);
  }
  template <class Settings>
  void target(const char* name, uint8_t revision, const Settings& settings) {
    entry().target_offset = static_cast<uint16_t>(bytes_.size());
    append(name, revision, settings);
    entry().next_offset = static_cast<uint16_t>(bytes_.size());
  }

  // Valid until the builder changes or dies.
  const Entry* build() { return &entry(); }

 private:
  Entry& entry() { return *reinterpret_cast<Entry*>(bytes_.data()); }

  // Matches and targets share one header: size, name, revision.
  template <class Settings>
  void append(const char* name, uint8_t revision, const Settings& settings) {
    const std::size_t begin = bytes_.size();
    const std::size_t size = XT_ALIGN(sizeof(xt_entry_match) + sizeof settings);
    xt_entry_match header{};
    core::check(std::strlen(name) < sizeof header.u.user.name, "an extension's name fits");
    header.u.match_size = static_cast<uint16_t>(size);
    std::strcpy(header.u.user.name, name);
    header.u.user.revision = revision;
    bytes_.resize(begin + size);
    std::memcpy(&bytes_[begin], &header, sizeof header);
    std::memcpy(&bytes_[begin + sizeof header], &settings, sizeof settings);
  }

  std::vector<std::byte> bytes_;  // begins with the entry; aligned for any type, as new returns it
};

xt_comment_info comment() {
  xt_comment_info out{};
  std::strcpy(out.comment, kComment);
  return out;
}

xt_tcp tcp_port(uint16_t port) {
  xt_tcp out{};
  out.spts[1] = 0xffff;
  out.dpts[0] = port;
  out.dpts[1] = port;
  return out;
}

// Revision 2 is what iptables itself writes; it lists older ones as "unsupported revision".
constexpr uint8_t kDnatRevision = 2;
nf_nat_range2 dnat_to(const core::SocketAddress& listener) {
  nf_nat_range2 out{};
  out.flags = NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED;
  std::memcpy(&out.min_addr, listener.ip.bytes().data(), listener.ip.is_v4() ? 4 : 16);
  out.max_addr = out.min_addr;
  out.min_proto.tcp.port = htons(listener.port);
  out.max_proto = out.min_proto;
  return out;
}

template <class Family>
bool append_redirect(const char* chain, const Redirect& redirect, xtc_handle* handle) {
  RuleBuilder<Family> rule;
  rule.match_destination(redirect.vip.ip);
  rule.match("tcp", tcp_port(redirect.vip.port));
  rule.match("comment", comment());
  rule.target("DNAT", kDnatRevision, dnat_to(redirect.listener));
  return Family::append(chain, rule.build(), handle);
}

template <class Family>
bool insert_jump(const char* hook, const char* chain, xtc_handle* handle) {
  RuleBuilder<Family> rule;
  rule.match("comment", comment());
  // libiptc turns the name into the chain's offset; the verdict is its to fill in.
  rule.target(chain, 0, int{0});
  return Family::insert_first(hook, rule.build(), handle);
}

// The nat table of one family. Nothing is read or instantiated before there is need.
template <class Family>
class NatTable final {
 public:
  explicit NatTable(const std::string& name) : chain_(name), local_chain_(name + kLocalSuffix) {}

  Result<void> replace(std::span<const Redirect> redirects) const {
    if (redirects.empty() && !is_instantiated()) return {};
    const Handle handle(Family::init());
    if (!handle) return init_failure();
    if (redirects.empty() && !holds_ours(handle.get())) return {};
    if (!take_out(handle.get()) || !put_in(handle.get(), redirects) ||
        !Family::commit(handle.get())) {
      return Error{failure(Family::error()), errno};
    }
    return {};
  }

  // Opening a table makes the kernel create it, and other tools then warn of legacy tables.
  static bool is_instantiated() {
    std::ifstream names(Family::kTablesFile);
    for (std::string name; std::getline(names, name);) {
      if (name == "nat") return true;
    }
    return false;
  }

  Result<uint32_t> count() const {
    if (!is_instantiated()) return 0U;
    const Handle handle(Family::init());
    if (!handle) return init_failure();
    uint32_t total = 0;
    for (const auto& [chain, hooks] : chains()) {
      // Rules of a chain that nothing jumps to translate nothing.
      if (!Family::is_chain(chain, handle.get()) || !has_jump("OUTPUT", chain, handle.get())) {
        continue;
      }
      for (const auto* rule = Family::first_rule(chain, handle.get()); rule != nullptr;
           rule = Family::next_rule(rule, handle.get())) {
        ++total;
      }
    }
    return total;
  }

 private:
  using Handle = TableHandle<Family>;
  struct Chain {
    const char* name;
    std::span<const char* const> hooks;
  };

  [[nodiscard]] std::array<Chain, 2> chains() const {
    static constexpr std::array<const char*, 2> kHooks = {"OUTPUT", "PREROUTING"};
    return {{{chain_.c_str(), kHooks}, {local_chain_.c_str(), std::span(kHooks).first(1)}}};
  }

  bool holds_ours(xtc_handle* handle) const {
    return Family::is_chain(chain_.c_str(), handle) ||
           Family::is_chain(local_chain_.c_str(), handle);
  }

  static bool has_jump(const char* hook, std::string_view chain, xtc_handle* handle) {
    return jump_number(hook, chain, handle).has_value();
  }

  static std::optional<unsigned> jump_number(const char* hook, std::string_view chain,
                                             xtc_handle* handle) {
    unsigned number = 0;
    for (const auto* rule = Family::first_rule(hook, handle); rule != nullptr;
         rule = Family::next_rule(rule, handle)) {
      if (Family::target(rule, handle) == chain) return number;
      ++number;
    }
    return std::nullopt;
  }

  bool take_out(xtc_handle* handle) const {
    for (const auto& [chain, hooks] : chains()) {
      for (const char* hook : hooks) {
        while (const auto number = jump_number(hook, chain, handle)) {
          if (!Family::erase(hook, *number, handle)) return false;
        }
      }
      if (Family::is_chain(chain, handle) && !Family::delete_chain(chain, handle)) return false;
    }
    return true;
  }

  bool put_in(xtc_handle* handle, std::span<const Redirect> redirects) const {
    for (const auto& [chain, hooks] : chains()) {
      bool is_created = false;
      for (const Redirect& redirect : redirects) {
        if ((chain == local_chain_) != is_loopback_listener(redirect)) continue;
        if (!is_created && !Family::create_chain(chain, handle)) return false;
        is_created = true;
        if (!append_redirect<Family>(chain, redirect, handle)) return false;
      }
      for (const char* hook : hooks) {
        if (is_created && !insert_jump<Family>(hook, chain, handle)) return false;
      }
    }
    return true;
  }

  static std::string failure(const char* reason) {
    return std::string("netfilter: ") + Family::kCommand + " nat table: " + reason;
  }
  static Error init_failure() {
    const int number = errno;
    std::string message = failure(Family::error());
    if (number == EPERM) message += "; CAP_NET_ADMIN and CAP_NET_RAW are needed";
    if (number == ENOENT || number == ENOPROTOOPT) {
      message += "; this kernel has no legacy nat table, or its module is not loaded (modprobe ";
      message += std::string(Family::kCommand).substr(0, std::strlen(Family::kCommand) - 1);
      message += "_nat)";
    }
    return Error{std::move(message), number};
  }

  std::string chain_;
  std::string local_chain_;
};

class IptablesSteering final : public Steering {
 public:
  IptablesSteering(const std::string& name, std::string lock_path)
      : v4_(name), v6_(name), lock_path_(std::move(lock_path)) {}

  [[nodiscard]] Backend backend() const override { return Backend::kIptables; }

  Result<void> apply(std::span<const Redirect> redirects) override {
    if (redirects.empty()) return remove();
    std::vector<Redirect> v4;
    std::vector<Redirect> v6;
    for (const Redirect& redirect : redirects) {
      (redirect.vip.ip.is_v4() ? v4 : v6).push_back(redirect);
    }
    const auto locked = lock();
    if (!locked) return locked.error();
    if (auto done = v4_.replace(v4); !done) return done;
    if (auto done = v6_.replace(v6); !done) {
      // Two tables are two commits; the first is taken back so that both or none hold.
      if (auto undone = v4_.replace(applied_v4_); !undone) return undone;
      return done;
    }
    applied_v4_ = std::move(v4);
    return {};
  }

  Result<void> remove() override {
    if (!NatTable<V4>::is_instantiated() && !NatTable<V6>::is_instantiated()) return {};
    const auto locked = lock();
    if (!locked) return locked.error();
    auto v4 = v4_.replace({});
    auto v6 = v6_.replace({});
    applied_v4_.clear();
    return v4 ? v6 : v4;
  }

  Result<uint32_t> count() override {
    auto v4 = v4_.count();
    if (!v4) return v4;
    auto v6 = v6_.count();
    if (!v6) return v6;
    return *v4 + *v6;
  }

 private:
  // iptables takes this lock itself; libiptc leaves it to its caller. Released on close.
  Result<UniqueFd> lock() const {
    UniqueFd fd(::open(lock_path_.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd.is_open()) return core::system_error("netfilter: cannot open " + lock_path_, errno);
    for (int i = 0; i < kLockTries; ++i) {
      if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
      if (errno != EWOULDBLOCK && errno != EINTR) break;
      ::nanosleep(&kLockPause, nullptr);
    }
    return core::system_error("netfilter: another program holds " + lock_path_, errno);
  }

  NatTable<V4> v4_;
  NatTable<V6> v6_;
  std::string lock_path_;
  std::vector<Redirect> applied_v4_;
};

}  // namespace

std::unique_ptr<Steering> make_iptables_steering(const std::string& name, std::string lock_path) {
  core::check(name.size() + std::strlen(kLocalSuffix) < XT_EXTENSION_MAXNAMELEN,
              "a chain's name fits");
  return std::make_unique<IptablesSteering>(name, std::move(lock_path));
}

}  // namespace fogbank::netfilter
