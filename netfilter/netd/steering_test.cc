// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/steering.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "netfilter/netd/loopback.h"
#include "netfilter/netd/nftables.h"
#include "netfilter/netd/probe.h"
#include "netfilter/netd/test_network.h"

using namespace fogbank;
using namespace fogbank::netfilter;

namespace {

const Backend kRuleBackends[] = {Backend::kNftables, Backend::kIptables};

std::unique_ptr<Steering> make_steering(Backend backend) {
  if (backend == Backend::kIptables) return make_iptables_steering("FOGBANK", test_lock_path());
  auto out = make_nftables_steering("fogbank");
  REQUIRE(out);
  return *std::move(out);
}

void add_vips(std::initializer_list<const char*> vips) {
  const Policy policy{{*Prefix::parse("198.18.0.0/15"), *Prefix::parse("fd5e::/16")}, {}};
  auto loopback = Loopback::open(policy);
  REQUIRE(loopback);
  std::vector<core::IpAddress> added;
  for (const char* vip : vips) {
    added.push_back(ip(vip));
    REQUIRE(loopback->add(added.back()));
  }
  REQUIRE(loopback->wait_until_local(added));
}

const Redirect kRedirects[] = {
    {at("198.18.45.72:443"), at("198.18.45.1:8443")},
    {at("198.18.45.72:80"), at("198.18.45.1:8080")},
    {at("[fd5e::72]:443"), at("[fd5e::1]:8443")},
    {at("198.18.45.73:443"), at("127.0.0.1:9443")},
    {at("[fd5e::73]:443"), at("[::1]:9443")},
};

// A child with a network of its own. It stops until the test has laid a cable to it, far0, and
// then connects to VIPs; its exit code has a bit per surprise.
pid_t start_second_host() {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child > 0) return child;
  if (tests::enter_network_namespace()) ::_exit(16);
  ::kill(::getpid(), SIGSTOP);
  const std::string configured = output_of(
      "ip address add 10.9.0.2/24 dev far0 && ip link set far0 up &&"
      "ip -6 address add fd99::2/64 dev far0 nodad && ip route add default via 10.9.0.1 &&"
      "ip -6 route add default via fd99::1");
  int surprises = configured.empty() ? 0 : 8;
  core::UniqueFd client;
  if (connect_to(at("198.18.45.72:443"), client) != 0) surprises |= 1;
  if (connect_to(at("[fd5e::72]:443"), client) != 0) surprises |= 2;
  if (connect_to(at("198.18.45.73:443"), client) == 0) surprises |= 4;
  ::_exit(surprises);
}

}  // namespace

TEST_CASE("a connection to a VIP reaches the listener, which learns the VIP") {
  for (const Backend backend : kRuleBackends) {
    CAPTURE(backend_name(backend));
    if (!has_own_network()) return;
    add_vips({"198.18.45.72", "198.18.45.73", "198.18.45.1", "fd5e::72", "fd5e::73", "fd5e::1"});
    const auto steering = make_steering(backend);
    const auto applied = steering->apply(kRedirects);
    REQUIRE_MESSAGE(applied, applied.error().message);
    for (const Redirect& redirect : kRedirects) {
      CAPTURE(redirect.vip.text());
      const auto listener = core::open_listener({redirect.listener});
      REQUIRE(listener);
      core::UniqueFd client;
      REQUIRE(connect_to(redirect.vip, client) == 0);
      const auto accepted = accept_from(listener->get());
      CHECK(destination_of(accepted.get(), redirect.vip.ip.is_v4()) == redirect.vip);
    }
    core::UniqueFd client;
    CHECK(connect_to(at("198.18.45.72:22"), client) == ECONNREFUSED);
    CHECK(connect_to(at("[fd5e::72]:22"), client) == ECONNREFUSED);
    const auto count = steering->count();
    REQUIRE(count);
    CHECK(*count == std::size(kRedirects));
  }
}

TEST_CASE("applying again replaces the rules, and equal ones change nothing") {
  for (const Backend backend : kRuleBackends) {
    CAPTURE(backend_name(backend));
    if (!has_own_network()) return;
    const auto steering = make_steering(backend);
    REQUIRE(steering->apply(kRedirects));
    const std::string once = network_state();
    REQUIRE(steering->apply(kRedirects));
    CHECK(network_state() == once);
    CHECK(once.find("198.18.45.72") != std::string::npos);
    CHECK(once.find("unsupported") == std::string::npos);

    REQUIRE(steering->apply(std::span(kRedirects).first(1)));
    const auto count = steering->count();
    REQUIRE(count);
    CHECK(*count == 1);
    CHECK(network_state().find("198.18.45.73") == std::string::npos);
  }
}

TEST_CASE("removal leaves the rules of others, and nothing of ours") {
  for (const Backend backend : kRuleBackends) {
    CAPTURE(backend_name(backend));
    if (!has_own_network()) return;
    for (const char* command :
         {"iptables-legacy -t nat -A OUTPUT -d 192.0.2.1 -p tcp -j DNAT --to-destination 192.0.2.2",
          "iptables-legacy -t nat -N OTHER", "iptables-legacy -t nat -A PREROUTING -j OTHER",
          "ip6tables-legacy -t nat -A OUTPUT -d 2001:db8::1 -j ACCEPT",
          "nft 'add table inet other; add chain inet other c { type nat hook output priority 0; }'",
          "nft add rule inet other c ip daddr 192.0.2.9 counter accept"}) {
      CAPTURE(command);
      CHECK(output_of(command) == "");
    }
    const std::string before = network_state();
    const auto steering = make_steering(backend);
    REQUIRE(steering->apply(kRedirects));
    CHECK(network_state() != before);
    REQUIRE(steering->remove());
    CHECK(network_state() == before);
    REQUIRE(steering->remove());
    CHECK(network_state() == before);
    const auto count = steering->count();
    REQUIRE(count);
    CHECK(*count == 0);
  }
}

TEST_CASE("iptables rules of a crashed process are removed by the next one") {
  if (!has_own_network()) return;
  const std::string before = network_state();
  REQUIRE(make_steering(Backend::kIptables)->apply(kRedirects));
  CHECK(network_state() != before);
  REQUIRE(make_steering(Backend::kIptables)->remove());
  CHECK(network_state() == before);
}

TEST_CASE("an nftables table dies with its owner, and is nobody else's to change") {
  if (!has_own_network()) return;
  const std::string before = network_state();
  {
    const auto owner = make_steering(Backend::kNftables);
    REQUIRE(owner->apply(kRedirects));
    const std::string during = network_state();
    const auto refused = make_steering(Backend::kNftables)->apply(kRedirects);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("another fogbank-netd") != std::string::npos);
    output_of("nft flush ruleset");
    CHECK(network_state() == during);
  }
  CHECK(network_state() == before);
}

TEST_CASE("forwarded connections reach a listener on a VIP, and never one on loopback") {
  for (const Backend backend : kRuleBackends) {
    CAPTURE(backend_name(backend));
    if (!has_own_network()) return;
    add_vips({"198.18.45.72", "198.18.45.73", "198.18.45.1", "fd5e::72", "fd5e::73", "fd5e::1"});
    const auto steering = make_steering(backend);
    REQUIRE(steering->apply(kRedirects));
    const auto v4 = core::open_listener({at("198.18.45.1:8443")});
    const auto v6 = core::open_listener({at("[fd5e::1]:8443")});
    const auto loopback = core::open_listener({at("127.0.0.1:9443")});
    REQUIRE(v4);
    REQUIRE(v6);
    REQUIRE(loopback);
    const pid_t host = start_second_host();
    int status = 0;
    REQUIRE(::waitpid(host, &status, WUNTRACED) == host);
    REQUIRE(WIFSTOPPED(status));
    CHECK(output_of("ip link add near0 type veth peer name far0 netns " + std::to_string(host) +
                    " && ip address add 10.9.0.1/24 dev near0 && ip link set near0 up &&"
                    "ip -6 address add fd99::1/64 dev near0 nodad") == "");
    ::kill(host, SIGCONT);
    REQUIRE(::waitpid(host, &status, 0) == host);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(destination_of(accept_from(v4->get()).get(), true) == at("198.18.45.72:443"));
    CHECK(destination_of(accept_from(v6->get()).get(), false) == at("[fd5e::72]:443"));
  }
}

TEST_CASE("a probe verifies a backend by a connection and leaves nothing behind") {
  for (const Backend backend : kRuleBackends) {
    CAPTURE(backend_name(backend));
    if (!has_own_network()) return;
    const std::string before = network_state();
    const auto verified = verify(*make_steering(backend));
    REQUIRE_MESSAGE(verified, verified.error().message);
    CHECK(*verified == "verified by connections over IPv4 and IPv6");
    CHECK(network_state() == before);
  }
}

TEST_CASE("a probe finds out that its connection does not arrive") {
  for (const Backend backend : kRuleBackends) {
    CAPTURE(backend_name(backend));
    if (!has_own_network()) return;
    // A firewall between the rule and the listener: what a listing of tables would never show.
    CHECK(output_of("nft 'add table inet wall; add chain inet wall c { type filter hook input "
                    "priority 0; policy accept; }; add rule inet wall c ct status dnat drop'") ==
          "");
    const std::string before = network_state();
    CHECK_FALSE(verify(*make_steering(backend)));
    CHECK(network_state() == before);
  }
}

TEST_CASE("loopback addresses of ours are known, and those of others stay") {
  if (!has_own_network()) return;
  CHECK(output_of("ip address add 198.18.45.99/32 dev lo && "
                  "ip address add fd5e::99/128 dev lo") == "");
  add_vips({"198.18.45.72", "fd5e::72"});
  const Policy policy{{*Prefix::parse("198.18.0.0/15"), *Prefix::parse("fd5e::/16")}, {}};
  auto loopback = Loopback::open(policy);
  REQUIRE(loopback);
  const auto listed = loopback->list();
  REQUIRE(listed);
  struct Row {
    const char* address;
    bool is_ours;
  };
  for (const Row& row : {Row{"127.0.0.1", false},
                         {"::1", false},
                         {"198.18.45.99", false},
                         {"fd5e::99", false},
                         {"198.18.45.72", true},
                         {"fd5e::72", true}}) {
    CAPTURE(row.address);
    const auto found = std::ranges::find(*listed, ip(row.address), &Loopback::Entry::ip);
    REQUIRE(found != listed->end());
    CHECK(found->is_ours == row.is_ours);
  }
  CHECK_FALSE(loopback->add(ip("198.18.45.72")));
  CHECK(loopback->remove(ip("198.18.45.72")));
  CHECK(loopback->remove(ip("198.18.45.72")));
  CHECK(loopback->remove(ip("fd5e::72")));
}

TEST_CASE(
    "the nftables ruleset is one transaction with the owner flag and no rule for loopback "
    "listeners in prerouting") {
  const std::string text = nftables_ruleset("fogbank", kRedirects);
  CHECK(text.starts_with("add table inet fogbank { flags owner; }\ndelete table inet fogbank\n"));
  CHECK(text.find("198.18.45.72 . 443 : 198.18.45.1 . 8443, 198.18.45.72 . 80") !=
        std::string::npos);
  const auto prerouting = text.find("chain prerouting");
  REQUIRE(prerouting != std::string::npos);
  CHECK(text.find("_loopback", prerouting) == std::string::npos);
}
