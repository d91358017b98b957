// The grammar of AWS host names: what a name says about partition, region, service, account and
// resource, by rule, so that unknown services and regions parse as well.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "aws/names.h"
#include "aws/services.h"

namespace fogbank::aws {

enum class HostKind : uint8_t {
  kApi,       // a service's API
  kS3,        // S3; s3_form() says how the bucket is named
  kResource,  // a resource's own host: function URL, API, load balancer, database, registry …
  kUnknown,   // a captured name whose service is not known
};

enum class S3Form : uint8_t {
  kNone,            // not S3
  kPath,            // the bucket is in the path
  kVirtualHost,     // resource() is the bucket or the alias of an access point
  kAccelerate,      // resource() is the bucket
  kAccessPoint,     // resource() is the access point's name, account() its owner
  kMultiRegion,     // resource() is the alias of a multi-region access point
  kObjectLambda,    // resource() is the access point or the route token; empty for the control
  kOutposts,        // resource() is "{access point or bucket}.{outpost}"
  kExpress,         // resource() is the directory bucket
  kExpressControl,  // the bucket is in the path
  kWebsite,         // resource() is the bucket; plain HTTP
};

// Where a region came from that a host belongs to.
enum class RegionSource : uint8_t {
  kHost,     // a label says it
  kImplied,  // global and legacy hosts: trust a credential's scope over it
};

// A parsed host. A value of about 350 bytes that holds its own copy of the name; views that it
// returns live as long as it.
class Endpoint final {
 public:
  // The name in lower case without port and final dot.
  [[nodiscard]] std::string_view host() const { return {name_.data(), bytes_}; }
  [[nodiscard]] HostKind kind() const { return kind_; }
  [[nodiscard]] S3Form s3_form() const { return s3_form_; }
  [[nodiscard]] const Partition& partition() const { return *partition_; }
  [[nodiscard]] const Region& region() const { return region_; }
  [[nodiscard]] RegionSource region_source() const { return region_source_; }
  // The services that answer on this host, the likeliest first; empty for unknown ones.
  [[nodiscard]] std::span<const HostPrefix> candidates() const { return candidates_; }
  // The likeliest candidate, or null.
  [[nodiscard]] const ServiceEntry* service() const {
    return candidates_.empty() ? nullptr : &candidates_.front().service();
  }
  // The labels that stand for the service, as written: "s3-fips", "api.ecr". Of an unknown
  // service all labels that may belong to its name; may be empty.
  [[nodiscard]] std::string_view service_text() const { return view(service_text_); }
  // The labels that name a resource of the service, as written; often empty.
  [[nodiscard]] std::string_view resource() const { return view(resource_); }
  [[nodiscard]] const std::optional<AccountId>& account() const { return account_; }
  // In GovCloud many plain names are FIPS endpoints: false does not mean "not FIPS" there.
  [[nodiscard]] bool is_fips() const { return is_fips_; }
  [[nodiscard]] bool is_dual_stack() const { return is_dual_stack_; }
  [[nodiscard]] bool is_vpc_endpoint() const { return is_vpc_endpoint_; }
  // The address that stands for the name.
  [[nodiscard]] VipNumber vip() const {
    return candidates_.empty() ? kOtherNamesVip : service()->vip;
  }

 private:
  friend class HostParser;
  struct Piece {
    uint8_t start = 0;
    uint8_t bytes = 0;
  };
  static constexpr std::size_t kNameBytesMax = 253;  // RFC 1035, section 2.3.4

  Endpoint(const Partition& partition, const Region& region)
      : partition_(&partition), region_(region) {}
  [[nodiscard]] std::string_view view(Piece piece) const {
    return host().substr(piece.start, piece.bytes);
  }

  std::array<char, kNameBytesMax> name_;
  uint8_t bytes_ = 0;
  Piece service_text_;
  Piece resource_;
  HostKind kind_ = HostKind::kUnknown;
  S3Form s3_form_ = S3Form::kNone;
  RegionSource region_source_ = RegionSource::kImplied;
  bool is_fips_ = false;
  bool is_dual_stack_ = false;
  bool is_vpc_endpoint_ = false;
  const Partition* partition_;
  Region region_;
  std::optional<AccountId> account_;
  std::span<const HostPrefix> candidates_;
};

// Parses a name of DNS or a Host header, in any case, with or without port and final dot. Nothing
// for a name outside the captured zones (zones.h); never for one inside them. Allocates nothing.
[[nodiscard]] std::optional<Endpoint> parse_host(std::string_view host);

}  // namespace fogbank::aws
