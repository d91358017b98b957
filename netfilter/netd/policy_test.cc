// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/policy.h"

#include <doctest/doctest.h>

using namespace fogbank;
using namespace fogbank::netfilter;

namespace {

core::IpAddress ip(std::string_view text) { return *core::IpAddress::parse(text); }

Policy policy() {
  return {{*Prefix::parse("198.18.0.0/15"), *Prefix::parse("fd5e:1::/48"),
           *Prefix::parse("169.254.169.254/32")},
          {53, 443}};
}

}  // namespace

TEST_CASE("a prefix holds its own addresses and no other") {
  struct Row {
    const char* prefix;
    const char* address;
    bool is_within;
  };
  const Row rows[] = {
      {"198.18.0.0/15", "198.18.0.0", true},
      {"198.18.0.0/15", "198.19.255.255", true},
      {"198.18.0.0/15", "198.20.0.0", false},
      {"198.18.0.0/15", "198.17.255.255", false},
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"169.254.169.254/32", "169.254.169.254", true},
      {"169.254.169.254/32", "169.254.169.255", false},
      {"fd5e:1::/48", "fd5e:1::1", true},
      {"fd5e:1::/48", "fd5e:1:0:ffff::", true},
      {"fd5e:1::/48", "fd5e:1:1::", false},
      {"fd5e::/33", "fd5e:0:7fff::", true},
      {"fd5e::/33", "fd5e:0:8000::", false},
      {"fd5e::1/128", "fd5e::1", true},
      {"198.18.0.0/15", "fd5e::1", false},
      {"c612::/15", "198.18.0.1", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.prefix);
    CAPTURE(row.address);
    const auto prefix = Prefix::parse(row.prefix);
    REQUIRE(prefix);
    CHECK(prefix->contains(ip(row.address)) == row.is_within);
  }
}

TEST_CASE("a text that is no prefix, or too wide a one, is refused") {
  for (const char* text : {"", "198.18.0.0", "198.18.0.0/", "198.18.0.0/33", "fd5e::/129", "/15",
                           "198.18.0.0/-1", "198.18.0.0/7", "::/0", "x/15", "198.18.0.0/15 "}) {
    CAPTURE(text);
    CHECK_FALSE(Prefix::parse(text));
  }
}

TEST_CASE("a plan is permitted only if all its VIPs are in a pool") {
  const Policy all = policy();
  CHECK(all.permits(Plan{Backend::kAuto, {ip("198.18.45.72"), ip("fd5e:1::72")}, {}}));
  CHECK(all.permits(Plan{Backend::kAuto, {ip("169.254.169.254")}, {}}));
  CHECK_FALSE(all.permits(Plan{Backend::kAuto, {ip("198.18.45.72"), ip("8.8.8.8")}, {}}));
  CHECK_FALSE(all.permits(Plan{Backend::kAuto, {ip("fd5e:2::1")}, {}}));
}

TEST_CASE("sockets are made only for loopback and pool addresses, and for listed ports") {
  struct Row {
    const char* address;
    bool is_permitted;
  };
  const Row rows[] = {
      {"198.18.45.1:53", true}, {"[fd5e:1::1]:443", true}, {"127.0.0.53:53", true},
      {"[::1]:443", true},      {"198.18.45.1:22", false}, {"127.0.0.1:80", false},
      {"0.0.0.0:443", false},   {"[::]:443", false},       {"192.0.2.1:443", false},
      {"127.0.0.1:0", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.address);
    const core::ListenRequest request{*core::SocketAddress::parse(row.address)};
    CHECK(policy().permits(request).has_value() == row.is_permitted);
  }
}
