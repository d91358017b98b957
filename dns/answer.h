// One query to one answer, without I/O: what the resolver knows itself. For this room only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "dns/dns.h"
#include "dns/message.h"
#include "dns/zone_set.h"

namespace fogbank::dns {

// Immutable; shared by all loops.
struct Knowledge {
  ZoneSet owned;
  ZoneSet withheld;      // do not exist, whatever the site is: they ask clients to go around us
  std::string soa_data;  // of every negative answer
  uint32_t ttl_s = 0;
  OtherNames others = OtherNames::kDeny;
};
core::Result<Knowledge> make_knowledge(const ResolverConfig& config);

enum class Outcome : uint8_t {
  kIgnored,  // no answer
  kForward,  // no answer yet: ask a forwarder
  kAddress,
  kNoData,
  kNameError,
  kMalformed,
  kNotImplemented,
  kRefused,
  kBadVersion,
};
inline constexpr std::size_t kOutcomeCount = 9;

// All that an answer depends on beside the query; both are safe to read from every thread.
struct Site {
  const Knowledge& knowledge;
  const AddressSource& addresses;
};

struct Answer {
  Outcome outcome = Outcome::kIgnored;
  std::size_t bytes = 0;  // of the answer; 0 where there is none
};
// Reads `message` into `query` and writes the answer into `out` (at least kPlainAnswerBytesMax).
Answer answer(const Site& site, std::string_view message, Query& query, std::span<char> out);

}  // namespace fogbank::dns
