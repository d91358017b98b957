// What single labels of AWS's host names mean; the grammar of whole names is endpoint.h.
#pragma once

#include <optional>
#include <string_view>

#include "aws/endpoint.h"
#include "aws/names.h"

namespace fogbank::aws {

// At the end of a label: a FIPS endpoint.
inline constexpr std::string_view kFipsEnd = "-fips";

// "us-east-1" for "use1", "apne1", "usgw1" …: the short region names of ElastiCache's hosts.
[[nodiscard]] std::optional<Region> region_of_short_name(std::string_view text);

// "aws-global", "us-gov" …: what stands for a region in some hosts. Null for any other label.
[[nodiscard]] const Partition* partition_of_pseudo_region(std::string_view label);

// The label of a host that says S3.
struct S3Label {
  S3Form form = S3Form::kNone;      // kNone: not the S3 protocol, but the service of the prefix
  std::string_view service_prefix;  // "s3-control", "s3-outposts"
  std::optional<Region> region;     // of "s3-{region}"
  bool is_fips = false;
  bool has_account = false;  // resources end in "-{account}"
};
// `before` is the label in front, empty if there is none. kPath stands for kVirtualHost too.
[[nodiscard]] std::optional<S3Label> read_s3_label(std::string_view label, std::string_view before);

}  // namespace fogbank::aws
