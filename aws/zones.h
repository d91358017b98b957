// The DNS zones whose whole subtrees belong to AWS, so that no question about a name in them may
// leave the machine.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace fogbank::aws {

// What the labels in front of a zone mean.
enum class ZoneKind : uint8_t {
  kApi,        // "{service}.{region}" of APIs and resources
  kDualStack,  // the same with IPv6
  kConsole,    // pages for people: sign-in, console
  kResource,   // resources of one service only
  kOther,      // names of no service
};

struct Zone {
  std::string_view suffix;  // "amazonaws.com", lower case; empty for Route 53's name servers
  std::string_view partition;
  ZoneKind kind;
  std::string_view service;  // of kResource
};

// The zone with the longest suffix that `name` is or ends in, in any case and with or without a
// dot at the end; null for a name that is not AWS's. Takes well under a microsecond.
[[nodiscard]] const Zone* zone_of(std::string_view name);

[[nodiscard]] inline bool is_captured(std::string_view name) { return zone_of(name) != nullptr; }

// The outermost captured zones, which a resolver is authoritative for. The four families of
// Route 53's name servers ("awsdns-07.net") are captured too, but too many to be listed.
[[nodiscard]] std::span<const std::string_view> capture_zones();

// The tail of `name` that is the captured zone the name lies in, without a dot at the end: the
// owner of the SOA record of its answers. Empty for a name that is not captured.
[[nodiscard]] std::string_view captured_zone(std::string_view name);

}  // namespace fogbank::aws
