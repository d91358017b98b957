// The table of AWS's services: the four names of each, its protocols, and the address that stands
// for its hosts. Made from services.csv by tools/import_services.py. All lookups are exact; none
// allocates. References and views live as long as the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/address.h"

namespace fogbank::aws {

enum class WireProtocol : uint8_t { kQuery, kEc2, kJson, kRestJson, kRestXml, kRpcCbor };

// Place of a service in the VIP pool: 256 * 45 + 72 is 198.18.45.72 and fdf0:6ba0:4500::45:72.
// Operators know the numbers and leaf certificates are found by them: never renumber.
using VipNumber = uint16_t;
inline constexpr VipNumber kOtherNamesVip = 45 * 256 + 1;  // every AWS name without a number
inline constexpr VipNumber kResolverVip = 45 * 256 + 53;   // our DNS service

struct ServiceEntry {
  std::string_view name;             // of SDK packages: "stepfunctions"
  std::string_view id;               // of models, for people: "SFN"
  std::string_view endpoint_prefix;  // "states"; may hold dots
  std::string_view signing_name;     // the service of a credential scope
  std::string_view target_prefix;    // of X-Amz-Target, and the service of rpc-v2-cbor paths
  std::string_view api_version;      // "2016-11-23"; empty when unknown
  std::string_view host;             // where clients of us-east-1 go
  uint8_t protocol_set;              // empty when unknown
  uint8_t json_version;              // 10 or 11, of x-amz-json-1.x
  VipNumber vip;

  [[nodiscard]] constexpr bool speaks(WireProtocol protocol) const {
    return (protocol_set >> static_cast<unsigned>(protocol) & 1) != 0;
  }
};

// A spelling of the service part of a host, in lower case.
struct HostPrefix {
  std::string_view text;
  uint16_t service_index;
  [[nodiscard]] const ServiceEntry& service() const;
};

// All services by `name`, in alphabetical order.
[[nodiscard]] std::span<const ServiceEntry> services();
// Null if there is none of that name.
[[nodiscard]] const ServiceEntry* service_named(std::string_view name);

// The services whose hosts begin so, the one that gave the prefix its name first; empty for an
// unknown prefix. Several where AWS serves several APIs on one host.
[[nodiscard]] std::span<const HostPrefix> services_of_prefix(std::string_view lower_case_prefix);
// No prefix is longer.
inline constexpr std::size_t kHostPrefixBytesMax = 40;

// Null unless exactly one service has that target prefix; `host` decides between two that do.
[[nodiscard]] const ServiceEntry* service_of_target(std::string_view target_prefix,
                                                    std::span<const HostPrefix> host = {});
// The first service that signs so (in any case), preferring one of `host`'s; null if none does.
[[nodiscard]] const ServiceEntry* service_of_signing_name(std::string_view signing_name,
                                                          std::span<const HostPrefix> host = {});

struct Vip {
  core::IpAddress v4;
  core::IpAddress v6;
};

// Where the VIPs are: an IPv4 network of 65,536 addresses or more, and an IPv6 /64.
class VipPool final {
 public:
  // 198.18.0.0 and fdf0:6ba0:4500::
  VipPool();
  // Nothing unless `v4_base` ends in .0.0 and `v6_base` in 64 zero bits.
  static std::optional<VipPool> parse(std::string_view v4_base, std::string_view v6_base);

  [[nodiscard]] Vip vip(VipNumber number) const;
  // The number whose VIP the address is; nothing for an address outside the pool.
  [[nodiscard]] std::optional<VipNumber> number_of(const core::IpAddress& address) const;

 private:
  VipPool(uint32_t v4_base, const core::IpAddress& v6_base)
      : v4_base_(v4_base), v6_base_(v6_base) {}
  uint32_t v4_base_;
  core::IpAddress v6_base_;
};

// Every number in use, in order: the services', kOtherNamesVip and kResolverVip.
[[nodiscard]] std::span<const VipNumber> vip_numbers();
// The service whose hosts have that number (the first by name of those that share a host); null
// for the other numbers.
[[nodiscard]] const ServiceEntry* service_of_vip(VipNumber number);
// The name on the leaf certificate for a client that connects to that VIP without SNI.
[[nodiscard]] std::string_view canonical_host(VipNumber number);

}  // namespace fogbank::aws
