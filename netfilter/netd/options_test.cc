// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/options.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace fogbank::netfilter;

namespace {

auto parse(std::initializer_list<std::string_view> arguments) {
  return parse_options(std::span(arguments.begin(), arguments.size()));
}

}  // namespace

TEST_CASE("netd takes its options with a space or an equals sign") {
  const auto options = parse({"--socket", "/run/x.sock", "--pool=198.18.0.0/15", "--pool",
                              "fd5e::/64", "--port=8443", "--allow-uid", "1234", "--group=0",
                              "--grace-ms", "60000", "--check-ms", "100"});
  REQUIRE(options);
  CHECK(options->socket_path == "/run/x.sock");
  CHECK(options->policy.pools.size() == 2);
  CHECK(std::ranges::count(options->policy.ports, 8443) == 1);
  CHECK(std::ranges::count(options->policy.ports, 443) == 1);
  CHECK(options->allow_uids == std::vector<uid_t>{1234});
  CHECK(options->group == gid_t{0});
  CHECK(options->grace_ms == 60'000);
  CHECK(options->check_ms == 100);
  CHECK(options->xtables_lock_path == "/run/xtables.lock");
}

TEST_CASE("netd takes users and groups by name") {
  const auto options =
      parse({"--socket=/x", "--pool=198.18.0.0/15", "--allow-uid=root", "--group=root"});
  REQUIRE(options);
  CHECK(options->allow_uids == std::vector<uid_t>{0});
  CHECK(options->group == gid_t{0});
}

TEST_CASE("netd refuses options that are unknown, incomplete or out of range") {
  struct Row {
    const char* name;
    std::initializer_list<std::string_view> arguments;
  };
  const Row rows[] = {
      {"nothing", {}},
      {"no pool", {"--socket=/x"}},
      {"no socket", {"--pool=198.18.0.0/15"}},
      {"no value", {"--pool=198.18.0.0/15", "--socket"}},
      {"unknown option", {"--pool=198.18.0.0/15", "--socket=/x", "--colour=red"}},
      {"no such user", {"--pool=198.18.0.0/15", "--socket=/x", "--allow-uid=no-such-user"}},
      {"port 0", {"--pool=198.18.0.0/15", "--socket=/x", "--port=0"}},
      {"grace above its limit", {"--pool=198.18.0.0/15", "--socket=/x", "--grace-ms=60001"}},
      {"checks too often", {"--pool=198.18.0.0/15", "--socket=/x", "--check-ms=99"}},
      {"checks too seldom", {"--pool=198.18.0.0/15", "--socket=/x", "--check-ms=3600001"}},
      {"negative grace", {"--pool=198.18.0.0/15", "--socket=/x", "--grace-ms=-1"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK_FALSE(parse_options(std::span(row.arguments.begin(), row.arguments.size())));
  }
}

TEST_CASE("netd explains itself without other options") {
  const auto options = parse({"--help"});
  REQUIRE(options);
  CHECK(options->action == Options::Action::kHelp);
}
