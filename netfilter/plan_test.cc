#include <doctest/doctest.h>

#include "netfilter/netfilter.h"

using namespace fogbank;
using namespace fogbank::netfilter;

namespace {

core::IpAddress ip(std::string_view text) { return *core::IpAddress::parse(text); }
core::SocketAddress at(std::string_view text) { return *core::SocketAddress::parse(text); }

std::vector<core::IpAddress> vips(std::size_t count) {
  std::vector<core::IpAddress> out;
  for (uint32_t i = 0; i < count; ++i) out.push_back(core::IpAddress::v4(0xc6120000 + i));
  return out;
}

}  // namespace

TEST_CASE("a plan is valid only if every redirect stays within it") {
  struct Row {
    const char* name;
    std::vector<core::IpAddress> vips;
    std::vector<Redirect> redirects;
    bool is_valid;
  };
  const auto vip = ip("198.18.45.72");
  const auto host = ip("198.18.45.1");
  const Row rows[] = {
      {"empty", {}, {}, true},
      {"to a VIP", {vip, host}, {{{vip, 443}, {host, 8443}}}, true},
      {"to loopback", {vip}, {{{vip, 443}, at("127.0.0.1:8443")}}, true},
      {"IPv6 to loopback", {ip("fd5e::1")}, {{at("[fd5e::1]:80"), at("[::1]:8080")}}, true},
      {"to another port of itself", {vip}, {{{vip, 443}, {vip, 8443}}}, true},
      {"to itself", {vip}, {{{vip, 443}, {vip, 443}}}, false},
      {"of an address that is no VIP", {host}, {{{vip, 443}, {host, 8443}}}, false},
      {"to an address that is no VIP", {vip}, {{{vip, 443}, {host, 8443}}}, false},
      {"to another host", {vip}, {{{vip, 443}, at("8.8.8.8:443")}}, false},
      {"IPv4 to IPv6", {vip}, {{{vip, 443}, at("[::1]:8443")}}, false},
      {"from port 0", {vip, host}, {{{vip, 0}, {host, 8443}}}, false},
      {"to port 0", {vip, host}, {{{vip, 443}, {host, 0}}}, false},
      {"twice", {vip, host}, {{{vip, 443}, {host, 1}}, {{vip, 443}, {host, 2}}}, false},
      {"VIP twice", {vip, vip}, {}, false},
      {"loopback VIP", {ip("127.0.0.2")}, {}, false},
      {"IPv6 loopback VIP", {ip("::1")}, {}, false},
      {"unspecified VIP", {ip("::")}, {}, false},
      {"mapped VIP", {ip("::ffff:198.18.0.1")}, {}, false},
      {"IPv4 zero VIP", {ip("0.0.0.0")}, {}, false},
      {"multicast VIP", {ip("224.0.0.1")}, {}, false},
      {"IPv6 multicast VIP", {ip("ff02::1")}, {}, false},
      {"broadcast VIP", {ip("255.255.255.255")}, {}, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(validate({Backend::kAuto, row.vips, row.redirects}).has_value() == row.is_valid);
  }
}

TEST_CASE("a plan holds its limits") {
  CHECK(validate({Backend::kAuto, vips(kVipsMax - 1), {}}));
  CHECK(validate({Backend::kAuto, vips(kVipsMax), {}}));
  CHECK_FALSE(validate({Backend::kAuto, vips(kVipsMax + 1), {}}));
  for (const std::size_t count : {kRedirectsMax - 1, kRedirectsMax, kRedirectsMax + 1}) {
    Plan plan{Backend::kAuto, vips(1), {}};
    for (std::size_t i = 0; i < count; ++i) {
      const auto port = static_cast<uint16_t>(i + 1);
      plan.redirects.push_back({{plan.vips[0], port}, {plan.vips[0], 8443}});
    }
    CAPTURE(count);
    CHECK(validate(plan).has_value() == (count <= kRedirectsMax));
  }
}

TEST_CASE("backends are known by their names") {
  for (const auto backend :
       {Backend::kAuto, Backend::kNftables, Backend::kIptables, Backend::kDirect}) {
    const auto parsed = parse_backend(backend_name(backend));
    REQUIRE(parsed);
    CHECK(*parsed == backend);
  }
  CHECK_FALSE(parse_backend("Nftables"));
  CHECK_FALSE(parse_backend(""));
}
