#include "dns/answer.h"

#include <iterator>
#include <optional>
#include <utility>

#include "core/check.h"
#include "dns/ldns.h"

namespace fogbank::dns {
namespace {

// Firefox then keeps to the system's resolver; iCloud Private Relay stays off; no encrypted
// resolver is discovered (RFC 9462 section 4).
constexpr const char* kWithheldZones[] = {"use-application-dns.net", "mask.icloud.com",
                                          "mask-h2.icloud.com", "_dns.resolver.arpa"};

core::Result<std::string> make_soa_data(uint32_t ttl_s) {
  const std::string text =
      ". 0 IN SOA ns.fogbank.invalid. hostmaster.fogbank.invalid. 1 3600 600 86400 " +
      std::to_string(ttl_s);
  ldns_rr* made = nullptr;
  const ldns_status status = ::ldns_rr_new_frm_str(&made, text.c_str(), 0, nullptr, nullptr);
  const UniqueRecord record(made);
  if (status != LDNS_STATUS_OK) return core::Error{"dns: cannot make the SOA record"};
  std::string data;
  for (std::size_t i = 0; i < ::ldns_rr_rd_count(made); ++i) {
    const ldns_rdf* field = ::ldns_rr_rdf(made, i);
    data.append(reinterpret_cast<const char*>(::ldns_rdf_data(field)), ::ldns_rdf_size(field));
  }
  return data;
}

Outcome deny(const Knowledge& knowledge, AnswerWriter& writer, std::size_t zone, HeaderFlag flags) {
  writer.begin(flags, kNameError);
  writer.add_soa(AnswerWriter::Section::kAuthority, zone, knowledge.ttl_s, knowledge.soa_data);
  return Outcome::kNameError;
}

std::optional<core::IpAddress> address_for(const Query& query, const AddressSource& addresses) {
  if (!query.name.is_host_name || (query.type != kTypeA && query.type != kTypeAaaa)) return {};
  const Addresses found = addresses.addresses_of(query.name.as_text());
  return query.type == kTypeA ? found.v4 : found.v6;
}

Outcome answer_owned(const Site& site, const Query& query, AnswerWriter& writer, std::size_t zone) {
  const Knowledge& knowledge = site.knowledge;
  writer.begin(kFlagAuthoritative, kNoError);
  if (const auto address = address_for(query, site.addresses)) {
    const bool is_v4 = address->is_v4();
    core::check(is_v4 == (query.type == kTypeA), "an address has the family it is given for");
    writer.add_address(is_v4 ? kTypeA : kTypeAaaa, knowledge.ttl_s,
                       std::span(address->bytes()).first(is_v4 ? 4 : 16));
    return Outcome::kAddress;
  }
  const bool is_soa_of_zone = query.type == kTypeSoa && zone == 0;
  writer.add_soa(
      is_soa_of_zone ? AnswerWriter::Section::kAnswer : AnswerWriter::Section::kAuthority, zone,
      knowledge.ttl_s, knowledge.soa_data);
  return Outcome::kNoData;
}

Outcome answer_question(const Site& site, const Query& query, AnswerWriter& writer) {
  const Knowledge& knowledge = site.knowledge;
  if (query.edns.version != 0) {
    writer.begin(HeaderFlag{}, kBadVersion);
    return Outcome::kBadVersion;
  }
  const bool is_internet = query.record_class == kClassInternet || query.record_class == kClassAny;
  if (!is_internet || query.type == kTypeAxfr || query.type == kTypeIxfr) {
    writer.begin(HeaderFlag{}, kRefused);
    return Outcome::kRefused;
  }
  if (const auto zone = knowledge.owned.find(query.name)) {
    return answer_owned(site, query, writer, *zone);
  }
  if (const auto zone = knowledge.withheld.find(query.name)) {
    return deny(knowledge, writer, *zone, kFlagAuthoritative);
  }
  if (knowledge.others == OtherNames::kForward) return Outcome::kForward;
  return deny(knowledge, writer, query.name.wire_bytes, HeaderFlag{});
}

}  // namespace

core::Result<Knowledge> make_knowledge(const ResolverConfig& config) {
  auto owned = ZoneSet::create(config.zones);
  if (!owned) return owned.error();
  auto withheld = ZoneSet::create({std::begin(kWithheldZones), std::end(kWithheldZones)});
  if (!withheld) return withheld.error();
  auto soa_data = make_soa_data(config.ttl_s);
  if (!soa_data) return soa_data.error();
  const OtherNames others = config.forwarders.empty() ? OtherNames::kDeny : config.others;
  return Knowledge{std::move(*owned), std::move(*withheld), std::move(*soa_data), config.ttl_s,
                   others};
}

Answer answer(const Site& site, std::string_view message, Query& query, std::span<char> out) {
  AnswerWriter writer(out, query);
  Outcome outcome = Outcome::kIgnored;
  switch (read_query(message, query)) {
    case QueryState::kIgnored:
      return {Outcome::kIgnored, 0};
    case QueryState::kMalformed:
      writer.begin(HeaderFlag{}, kFormatError);
      outcome = Outcome::kMalformed;
      break;
    case QueryState::kUnknownOpcode:
      writer.begin(HeaderFlag{}, kNotImplemented);
      outcome = Outcome::kNotImplemented;
      break;
    case QueryState::kGood:
      outcome = answer_question(site, query, writer);
      break;
  }
  return {outcome, outcome == Outcome::kForward ? 0 : writer.finish()};
}

}  // namespace fogbank::dns
