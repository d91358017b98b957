#include "netfilter/protocol.h"

#include <doctest/doctest.h>

#include "core/text.h"

using namespace fogbank;
using namespace fogbank::netfilter;

namespace {

core::IpAddress ip(std::string_view text) { return *core::IpAddress::parse(text); }
core::SocketAddress at(std::string_view text) { return *core::SocketAddress::parse(text); }

Plan small_plan() {
  return {Backend::kIptables,
          {ip("198.18.45.72"), ip("198.18.45.1"), ip("fd5e::72"), ip("fd5e::1")},
          {{at("198.18.45.72:443"), at("198.18.45.1:8443")},
           {at("[fd5e::72]:443"), at("[fd5e::1]:8443")}}};
}

Plan plan_at_its_limits() {
  Plan plan;
  for (std::size_t i = 0; i < kVipsMax; ++i) {
    std::array<uint8_t, 16> bytes = {0xfd, 0x5e};
    bytes[14] = static_cast<uint8_t>(i >> 8);
    bytes[15] = static_cast<uint8_t>(i & 0xff);
    plan.vips.push_back(core::IpAddress::v6(bytes));
  }
  for (std::size_t i = 0; i < kRedirectsMax; ++i) {
    const auto port = static_cast<uint16_t>(i < kVipsMax ? 443 : 80);
    plan.redirects.push_back({{plan.vips[i % kVipsMax], port}, {plan.vips[0], 8443}});
  }
  return plan;
}

}  // namespace

TEST_CASE("a request survives encoding and parsing") {
  const Request requests[] = {
      ProbeRequest{Backend::kNftables},
      ApplyRequest{small_plan()},
      ApplyRequest{plan_at_its_limits()},
      core::ListenRequest{at("[fd5e::1]:53"), core::Transport::kUdp, true, false, true},
      core::ListenRequest{at("127.0.0.1:443"), core::Transport::kTcp, false, true, false},
      StatusRequest{},
      RemoveRequest{},
  };
  for (const Request& request : requests) {
    const std::string bytes = encode(request);
    CAPTURE(request.index());
    CHECK(bytes.size() <= kMessageBytesMax);
    const auto parsed = parse_request(core::as_bytes(bytes));
    REQUIRE(parsed);
    CHECK(*parsed == request);
  }
}

TEST_CASE("a reply survives encoding and parsing") {
  const std::vector<BackendProbe> probes = {{Backend::kNftables, false, "no nf_tables"},
                                            {Backend::kIptables, true, "verified"}};
  const Reply replies[] = {
      Refusal{"port 22 is not allowed"},
      ProbeReport{Backend::kIptables, probes},
      Status{Backend::kIptables, 4, 3, 2, 1, 4'000'000, 5, probes},
      ListenReply{},
      RemoveReply{},
  };
  for (const Reply& reply : replies) {
    CAPTURE(reply.index());
    const auto parsed = parse_reply(core::as_bytes(encode(reply)));
    REQUIRE(parsed);
    CHECK(*parsed == reply);
  }
}

TEST_CASE("every truncation of a message, and a byte too many, is refused") {
  const std::string request = encode(Request{ApplyRequest{small_plan()}});
  const std::string reply = encode(Reply{Status{Backend::kDirect, 1, 1, 0, 0, 7, 0, {{}}}});
  for (std::size_t size = 0; size < request.size(); ++size) {
    CHECK_FALSE(parse_request(core::as_bytes(std::string_view(request).substr(0, size))));
  }
  for (std::size_t size = 0; size < reply.size(); ++size) {
    CHECK_FALSE(parse_reply(core::as_bytes(std::string_view(reply).substr(0, size))));
  }
  CHECK_FALSE(parse_request(core::as_bytes(request + '\0')));
  CHECK_FALSE(parse_reply(core::as_bytes(reply + '\0')));
}

TEST_CASE("a long reason is cut at the protocol's limit") {
  for (const std::size_t size : {kTextBytesMax - 1, kTextBytesMax, kTextBytesMax + 1}) {
    const auto parsed = parse_reply(core::as_bytes(encode(Reply{Refusal{std::string(size, 'x')}})));
    REQUIRE(parsed);
    CHECK(std::get<Refusal>(*parsed).message.size() == std::min(size, kTextBytesMax));
  }
}

TEST_CASE("values outside the protocol are refused") {
  struct Row {
    const char* name;
    std::string hex;
  };
  const Row rows[] = {
      {"empty", ""},
      {"another version", "020400"},
      {"no such operation", "0109"},
      {"operation zero", "0100"},
      {"backend 4", "010104"},
      {"address of family 5", "010200000105c612"},
      {"more VIPs than allowed, none there", "01020008010000"},
      {"transport 2",
       "010304c6122d480035"
       "0200"},
      {"unknown listen flag",
       "010304c6122d480035"
       "0108"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK_FALSE(parse_request(core::as_bytes(*core::from_hex(row.hex))));
  }
}

TEST_CASE("another version of the protocol is named in the error") {
  const auto parsed = parse_request(core::as_bytes(std::string("\x02\x04", 2)));
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().message.find("version 2") != std::string::npos);
}
