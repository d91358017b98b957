#include "app/config.h"

#include <doctest/doctest.h>

namespace fogbank::app {
namespace {

TEST_CASE("an empty configuration is the defaults") {
  const auto config = parse_config("", "x.yaml");
  REQUIRE(config);
  CHECK(to_yaml(*config) == to_yaml(Config()));
}

TEST_CASE("what config show prints reads back to the same configuration") {
  const auto config = parse_config(
      "account: \"123456789012\"\nforwarders: [192.0.2.53, \"[2001:db8::1]:5353\"]\n"
      "resolver: isolated\nsteering: iptables\nlog_level: debug\nloops: 3\n",
      "x.yaml");
  REQUIRE(config);
  CHECK(config->forwarders.size() == 2);
  CHECK(config->forwarders[1].port == 5353);
  const auto again = parse_config(to_yaml(*config), "y.yaml");
  REQUIRE(again);
  CHECK(to_yaml(*again) == to_yaml(*config));
}

TEST_CASE("a wrong configuration is refused with file, line and what was expected") {
  struct Row {
    const char* name;
    const char* yaml;
    const char* message;
  };
  const Row rows[] = {
      {"unknown key", "state: /x\nstat: 1\n",
       "x.yaml:2: unknown key \"stat\"; `fogbank config show` lists all keys"},
      {"bad choice", "steering: magic\n",
       "x.yaml:1: steering: expected one of auto, nftables, iptables, direct"},
      {"number out of range", "\ntls_port: 80\n",
       "x.yaml:2: tls_port: expected a number from 1024 to 65535"},
      {"account of 11 digits", "account: \"12345678901\"\n",
       "x.yaml:1: account: expected 12 digits, in quotes"},
      {"admin on all addresses", "admin: 0.0.0.0:1\n",
       "x.yaml:1: admin: expected a loopback address and port, such as 127.0.0.1:4590"},
      {"no YAML", "a: [1\n", "x.yaml:2: end of sequence flow not found"},
      {"a list", "- a\n", "x.yaml: expected keys and values at the top level"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto config = parse_config(row.yaml, "x.yaml");
    REQUIRE_FALSE(config);
    CHECK(config.error().message == row.message);
  }
}

TEST_CASE("a missing file is an error unless it is the default one") {
  CHECK(load_config("/nowhere/fogbank.yaml").has_value() == false);
}

}  // namespace
}  // namespace fogbank::app
