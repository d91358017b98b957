// A query as any peer can send it: the answer is short, carries the query's id and the response
// bit, and is well-formed for a parser that shares no code with ours.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/check.h"
#include "dns/answer.h"
#include "dns/forwarded.h"
#include "dns/ldns.h"

namespace fogbank::dns {
namespace {

class EveryName final : public AddressSource {
 public:
  [[nodiscard]] Addresses addresses_of(std::string_view name) const override {
    core::check(!name.empty() && name.size() <= 253, "a lookup is for a host name");
    return {core::IpAddress::v4(0xc6122d4c), core::IpAddress::v6({0xfd})};
  }
};

Knowledge make_site(OtherNames others) {
  ResolverConfig config;
  config.zones = {"amazonaws.com", "aws", "s3.amazonaws.com"};
  config.others = others;
  config.forwarders = {core::SocketAddress{}};
  return std::move(*make_knowledge(config));
}

void check_answer(std::string_view message, std::string_view answer) {
  core::check(answer.size() >= kHeaderBytes && answer.size() <= kPlainAnswerBytesMax,
              "an answer has a header and fits into 512 bytes");
  core::check(answer.substr(0, 2) == message.substr(0, 2), "an answer has its query's id");
  core::check((u16_at(answer, 2) & kFlagResponse) != 0, "an answer is a response");
  ldns_pkt* made = nullptr;
  const ldns_status status =
      ::ldns_wire2pkt(&made, reinterpret_cast<const uint8_t*>(answer.data()), answer.size());
  const UniquePacket packet(made);
  core::check(status == LDNS_STATUS_OK, "ldns can read an answer");
}

void run(const Knowledge& site, std::string_view message) {
  const EveryName addresses;
  std::array<char, kPlainAnswerBytesMax> out;
  Query query;
  const auto [outcome, bytes] = answer({site, addresses}, message, query, out);
  core::check((bytes == 0) == (outcome == Outcome::kIgnored || outcome == Outcome::kForward),
              "an outcome says whether there is an answer");
  if (bytes > 0) check_answer(message, {out.data(), bytes});
  if (outcome != Outcome::kForward) return;
  // The same bytes as what a forwarder says to this query.
  check_answer(message, forwarded_answer(std::nullopt, message, udp_bytes_max(message)));
  const std::string passed = forwarded_answer(message, message, udp_bytes_max(message));
  core::check(passed.substr(0, 2) == message.substr(0, 2), "a forwarded answer has the id");
  core::check(passed.size() <= kUdpAnswerBytesMax, "a forwarded answer fits the client");
}

}  // namespace
}  // namespace fogbank::dns

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace fogbank::dns;
  static const Knowledge isolated = make_site(OtherNames::kDeny);
  static const Knowledge connected = make_site(OtherNames::kForward);
  const std::string_view message(reinterpret_cast<const char*>(bytes), size);
  run(isolated, message);
  run(connected, message);
  return 0;
}
