#include "dns/answer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "dns/ldns.h"

namespace fogbank::dns {
namespace {

class FixedAddresses final : public AddressSource {
 public:
  [[nodiscard]] Addresses addresses_of(std::string_view name) const override {
    asked.emplace_back(name);
    if (name.starts_with("v4only.")) return {core::IpAddress::parse("198.18.45.76"), {}};
    if (name.starts_with("none.")) return {};
    return {core::IpAddress::parse("198.18.45.76"), core::IpAddress::parse("fdf0::4c")};
  }
  mutable std::vector<std::string> asked;
};

struct Fixture {
  FixedAddresses addresses;
  ResolverConfig config;
  std::vector<char> out = std::vector<char>(kPlainAnswerBytesMax);
  Outcome outcome = Outcome::kIgnored;

  Fixture() { config.zones = {"amazonaws.com", "AWS", "s3.amazonaws.com"}; }
  // The bytes of the answer.
  std::string ask(std::string_view message) {
    const auto knowledge = make_knowledge(config);
    REQUIRE(knowledge);
    Query query;
    const Answer given = answer({*knowledge, addresses}, message, query, out);
    outcome = given.outcome;
    return {out.data(), given.bytes};
  }
};

std::string name_bytes(std::string_view name) {
  std::string wire;
  while (!name.empty()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    wire.push_back(static_cast<char>(dot));
    wire.append(name.substr(0, dot));
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  wire.push_back('\0');
  return wire;
}

std::string u16_bytes(unsigned value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}

struct Asking {
  std::string name;
  unsigned type = kTypeA;
  unsigned record_class = kClassInternet;
  unsigned flags = kFlagRecursionDesired;
  unsigned id = 0x1234;
};
// Written by hand: the queries of these tests share no code with the room.
std::string query_bytes(const Asking& a, const std::string& more = "", unsigned additional = 0) {
  return u16_bytes(a.id) + u16_bytes(a.flags) + u16_bytes(1) + u16_bytes(0) + u16_bytes(0) +
         u16_bytes(additional) + name_bytes(a.name) + u16_bytes(a.type) +
         u16_bytes(a.record_class) + more;
}
std::string opt_bytes(unsigned version = 0, unsigned flags = 0, const std::string& options = "") {
  return std::string(1, '\0') + u16_bytes(kTypeOpt) + u16_bytes(4096) +
         std::string{'\0', static_cast<char>(version)} + u16_bytes(flags) +
         u16_bytes(static_cast<unsigned>(options.size())) + options;
}

// Read by ldns, which shares no code with the room either.
UniquePacket parse(const std::string& bytes) {
  ldns_pkt* packet = nullptr;
  const ldns_status status =
      ::ldns_wire2pkt(&packet, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  CHECK(status == LDNS_STATUS_OK);
  return UniquePacket(packet);
}
std::string text_of(const ldns_rr_list* list) {
  char* text = ::ldns_rr_list2str(list);
  std::string copy(text);
  ::free(text);
  return copy;
}

TEST_CASE("dns an owned name has its VIP of either family") {
  Fixture f;
  const auto a = parse(f.ask(query_bytes({"sqs.eu-west-1.amazonaws.com"})));
  CHECK(f.outcome == Outcome::kAddress);
  CHECK(::ldns_pkt_id(a.get()) == 0x1234);
  CHECK(::ldns_pkt_qr(a.get()));
  CHECK(::ldns_pkt_aa(a.get()));
  CHECK(::ldns_pkt_rd(a.get()));
  CHECK(::ldns_pkt_ra(a.get()));
  CHECK(::ldns_pkt_get_rcode(a.get()) == LDNS_RCODE_NOERROR);
  CHECK(text_of(::ldns_pkt_answer(a.get())) ==
        "sqs.eu-west-1.amazonaws.com.\t5\tIN\tA\t198.18.45.76\n");
  CHECK(::ldns_pkt_nscount(a.get()) == 0);
  CHECK(::ldns_pkt_arcount(a.get()) == 0);

  const auto aaaa = parse(f.ask(query_bytes({"sqs.eu-west-1.amazonaws.com", kTypeAaaa})));
  CHECK(text_of(::ldns_pkt_answer(aaaa.get())) ==
        "sqs.eu-west-1.amazonaws.com.\t5\tIN\tAAAA\tfdf0::4c\n");
}

TEST_CASE("dns the case of the question is kept and the lookup is in lower case") {
  Fixture f;
  const std::string query = query_bytes({"sQs.eU-wEsT-1.aMaZoNaWs.CoM"});
  const std::string reply = f.ask(query);
  CHECK(reply.substr(kHeaderBytes, query.size() - kHeaderBytes) == query.substr(kHeaderBytes));
  CHECK(f.addresses.asked == std::vector<std::string>{"sqs.eu-west-1.amazonaws.com"});
}

TEST_CASE("dns every other type of an owned name is empty, with an SOA of its zone") {
  Fixture f;
  struct Row {
    const char* name;
    Asking asking;
    const char* soa_owner;
  };
  const Row rows[] = {
      {"TXT", {"a.amazonaws.com", 16}, "amazonaws.com."},
      {"HTTPS", {"a.amazonaws.com", 65}, "amazonaws.com."},
      {"SVCB", {"a.amazonaws.com", 64}, "amazonaws.com."},
      {"ANY", {"a.amazonaws.com", 255}, "amazonaws.com."},
      {"CNAME", {"a.amazonaws.com", 5}, "amazonaws.com."},
      {"NS of the zone", {"amazonaws.com", 2}, "amazonaws.com."},
      {"SOA below the zone", {"a.amazonaws.com", kTypeSoa}, "amazonaws.com."},
      {"unknown type", {"a.amazonaws.com", 65280}, "amazonaws.com."},
      {"type 0", {"a.amazonaws.com", 0}, "amazonaws.com."},
      {"the longest zone", {"b.s3.amazonaws.com", 16}, "s3.amazonaws.com."},
      {"top-level domain", {"sqs.us-east-1.api.aws", 16}, "aws."},
      {"no IPv6 address", {"v4only.amazonaws.com", kTypeAaaa}, "amazonaws.com."},
      {"no address", {"none.amazonaws.com", kTypeA}, "amazonaws.com."},
      {"no host name", {"a b.amazonaws.com", kTypeA}, "amazonaws.com."},
      {"wildcard", {"*.amazonaws.com", kTypeA}, "amazonaws.com."},
      {"class ANY", {"a.amazonaws.com", 16, kClassAny}, "amazonaws.com."},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto packet = parse(f.ask(query_bytes(row.asking)));
    CHECK(f.outcome == Outcome::kNoData);
    CHECK(::ldns_pkt_get_rcode(packet.get()) == LDNS_RCODE_NOERROR);
    CHECK(::ldns_pkt_aa(packet.get()));
    CHECK(::ldns_pkt_ancount(packet.get()) == 0);
    CHECK(text_of(::ldns_pkt_authority(packet.get())) ==
          std::string(row.soa_owner) +
              "\t5\tIN\tSOA\tns.fogbank.invalid. hostmaster.fogbank.invalid. 1 3600 600 86400 5\n");
  }
}

TEST_CASE("dns the SOA of a zone is an answer") {
  Fixture f;
  const auto packet = parse(f.ask(query_bytes({"Aws", kTypeSoa})));
  CHECK(text_of(::ldns_pkt_answer(packet.get())).starts_with("Aws.\t5\tIN\tSOA\t"));
  CHECK(::ldns_pkt_nscount(packet.get()) == 0);
}

TEST_CASE("dns names match zones on label boundaries only") {
  Fixture f;
  struct Row {
    const char* name;
    std::string wire;
    bool is_owned;
  };
  const Row rows[] = {
      {"the zone", name_bytes("amazonaws.com"), true},
      {"below", name_bytes("x.y.amazonaws.com"), true},
      {"longer label", name_bytes("notamazonaws.com"), false},
      {"parent", name_bytes("com"), false},
      {"root", name_bytes(""), false},
      {"zone as a prefix", name_bytes("amazonaws.com.example"), false},
      {"dot inside a label", std::string("\x0f") + "x.amazonaws.com" + '\0', false},
      {"other zone", name_bytes("anything.aws"), true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const std::string query = query_bytes({""});
    f.ask(query.substr(0, kHeaderBytes) + row.wire + u16_bytes(16) + u16_bytes(1));
    CHECK(f.outcome == (row.is_owned ? Outcome::kNoData : Outcome::kNameError));
  }
}

TEST_CASE("dns other names are denied at once when isolated and left to a forwarder otherwise") {
  Fixture f;
  const auto denied = parse(f.ask(query_bytes({"www.example.com"})));
  CHECK(f.outcome == Outcome::kNameError);
  CHECK(::ldns_pkt_get_rcode(denied.get()) == LDNS_RCODE_NXDOMAIN);
  CHECK_FALSE(::ldns_pkt_aa(denied.get()));
  CHECK(text_of(::ldns_pkt_authority(denied.get())).starts_with(".\t5\tIN\tSOA\t"));

  f.config.others = OtherNames::kForward;
  f.ask(query_bytes({"www.example.com"}));
  CHECK(f.outcome == Outcome::kNameError);  // there is no forwarder
  f.config.forwarders = {*core::SocketAddress::parse("192.0.2.1:53")};
  CHECK(f.ask(query_bytes({"www.example.com"})).empty());
  CHECK(f.outcome == Outcome::kForward);
  f.ask(query_bytes({"www.amazonaws.com", 65}));
  CHECK(f.outcome == Outcome::kNoData);
}

TEST_CASE("dns names that ask clients to go around us do not exist") {
  Fixture f;
  f.config.others = OtherNames::kForward;
  f.config.forwarders = {*core::SocketAddress::parse("192.0.2.1:53")};
  for (const char* name : {"use-application-dns.net", "mask.icloud.com", "_dns.resolver.arpa"}) {
    CAPTURE(name);
    const auto packet = parse(f.ask(query_bytes({name, 64})));
    CHECK(::ldns_pkt_get_rcode(packet.get()) == LDNS_RCODE_NXDOMAIN);
  }
}

TEST_CASE("dns transfers and other classes are refused") {
  Fixture f;
  struct Row {
    const char* name;
    Asking asking;
  };
  const Row rows[] = {{"AXFR", {"amazonaws.com", kTypeAxfr}},
                      {"IXFR", {"amazonaws.com", kTypeIxfr}},
                      {"AXFR of another zone", {"example.com", kTypeAxfr}},
                      {"version.bind", {"version.bind", 16, 3}},
                      {"HESIOD", {"amazonaws.com", kTypeA, 4}}};
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto packet = parse(f.ask(query_bytes(row.asking)));
    CHECK(f.outcome == Outcome::kRefused);
    CHECK(::ldns_pkt_get_rcode(packet.get()) == LDNS_RCODE_REFUSED);
    CHECK(::ldns_pkt_qdcount(packet.get()) == 1);
  }
}

TEST_CASE("dns EDNS is answered with EDNS, and only then") {
  Fixture f;
  const auto packet =
      parse(f.ask(query_bytes({"a.amazonaws.com"}, opt_bytes(0, 0x8000, "\0\x0a\0\x01x"), 1)));
  CHECK(f.outcome == Outcome::kAddress);
  CHECK(::ldns_pkt_edns_udp_size(packet.get()) == 1232);
  CHECK(::ldns_pkt_edns_do(packet.get()));
  CHECK(::ldns_pkt_ancount(packet.get()) == 1);

  const auto newer = parse(f.ask(query_bytes({"a.amazonaws.com"}, opt_bytes(1), 1)));
  CHECK(f.outcome == Outcome::kBadVersion);
  CHECK(::ldns_pkt_edns_extended_rcode(newer.get()) == 1);
  CHECK(::ldns_pkt_edns_version(newer.get()) == 0);
  CHECK(::ldns_pkt_ancount(newer.get()) == 0);
}

TEST_CASE("dns the longest name is answered within 512 bytes") {
  Fixture f;
  std::string name;
  while (name.size() < 230) name += "abcdefghi.";
  name += std::string(253 - name.size() - 14, 'x') + ".amazonaws.com";
  REQUIRE(name.size() == 253);
  for (const unsigned type : {1U, 28U, 16U}) {
    const std::string reply = f.ask(query_bytes({name, type}, opt_bytes(), 1));
    CHECK(reply.size() <= kPlainAnswerBytesMax);
    parse(reply);
  }
  f.ask(query_bytes({"x" + name}));
  CHECK(f.outcome == Outcome::kMalformed);
}

TEST_CASE("dns what cannot be read is a format error, or is dropped without a header") {
  Fixture f;
  const std::string good = query_bytes({"a.amazonaws.com"});
  const std::string header = good.substr(0, kHeaderBytes);
  std::string two_questions = good;
  two_questions[5] = 2;
  std::string no_question = header;
  no_question[5] = 0;
  std::string many_labels;
  for (int i = 0; i < 128; ++i) many_labels += "\x01y";
  std::string records = good;
  records[7] = 9;
  struct Row {
    const char* name;
    std::string message;
    Outcome outcome;
  };
  const Row rows[] = {
      {"empty", "", Outcome::kIgnored},
      {"cut header", good.substr(0, 11), Outcome::kIgnored},
      {"a response", query_bytes({"a.amazonaws.com", 1, 1, kFlagResponse}), Outcome::kIgnored},
      {"NOTIFY", query_bytes({"amazonaws.com", 6, 1, 4 << 11}), Outcome::kNotImplemented},
      {"UPDATE", query_bytes({"amazonaws.com", 6, 1, 5 << 11}), Outcome::kNotImplemented},
      {"header only", header, Outcome::kMalformed},
      {"no question", no_question, Outcome::kMalformed},
      {"two questions", two_questions, Outcome::kMalformed},
      {"cut name", good.substr(0, 16), Outcome::kMalformed},
      {"cut type", good.substr(0, good.size() - 1), Outcome::kMalformed},
      {"trailing byte", good + "x", Outcome::kMalformed},
      {"label over 63", header + "\x40" + std::string(64, 'a') + std::string(5, '\0'),
       Outcome::kMalformed},
      {"pointer", header + "\xc0\x0c" + std::string("\0\x01\0\x01", 4), Outcome::kMalformed},
      {"128 labels", header + many_labels + std::string("\0\0\x01\0\x01", 5), Outcome::kMalformed},
      {"missing record", query_bytes({"a.amazonaws.com"}, "", 1), Outcome::kMalformed},
      {"two OPT", query_bytes({"a.amazonaws.com"}, opt_bytes() + opt_bytes(), 2),
       Outcome::kMalformed},
      {"OPT with a name",
       query_bytes({"a.amazonaws.com"}, "\x01" + std::string("a") + opt_bytes(), 1),
       Outcome::kMalformed},
      {"cut OPT", query_bytes({"a.amazonaws.com"}, opt_bytes().substr(0, 10), 1),
       Outcome::kMalformed},
      {"too many records", records + std::string(9 * 11, '\0'), Outcome::kMalformed},
      {"TSIG behind",
       query_bytes({"a.amazonaws.com"},
                   name_bytes("key") + u16_bytes(250) + u16_bytes(255) + std::string(4, '\0') +
                       u16_bytes(2) + "xx",
                   1),
       Outcome::kAddress},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const std::string reply = f.ask(row.message);
    CHECK(f.outcome == row.outcome);
    CHECK(reply.empty() == (row.outcome == Outcome::kIgnored));
    if (row.outcome == Outcome::kMalformed) {
      CHECK((static_cast<uint8_t>(reply[3]) & 0xf) == kFormatError);
    }
  }
}

TEST_CASE("dns zones must be names") {
  for (const char* zone : {"", ".", "a..b", "..",
                           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                           "xxxxxxxxxxxxxxxxx.com"}) {
    CAPTURE(zone);
    CHECK_FALSE(ZoneSet::create({zone}));
  }
  CHECK(ZoneSet::create({"aws", "awsdns-00.co.uk", "amazonaws.com."}));
}

}  // namespace
}  // namespace fogbank::dns
