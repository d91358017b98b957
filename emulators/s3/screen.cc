#include "emulators/s3/screen.h"

#include <array>

namespace fogbank::emulators::s3::screening {

// Canned ACLs that say what holds without them are accepted; S3 refuses the others for buckets
// whose ownership is BucketOwnerEnforced, the default since April 2023.
std::optional<AwsError> check_acl(std::string_view acl) {
  if (acl == "private" || acl == "bucket-owner-full-control") return std::nullopt;
  return acl_not_supported();
}

// The requester is always the owner, whom S3 charges in either case.
std::optional<AwsError> check_payer(std::string_view payer) {
  if (payer == "requester") return std::nullopt;
  return invalid_argument("Unknown value for RequestPayer", "x-amz-request-payer", payer);
}

// Without versioning an object has one version, whose id is "null". Other ids of S3 have 32
// characters.
std::optional<AwsError> check_version(std::string_view key, std::string_view version) {
  constexpr std::size_t kVersionIdBytes = 32;
  if (version == "null") return std::nullopt;
  if (version.size() == kVersionIdBytes) return no_such_version(key, version);
  return invalid_argument("Invalid version id specified", "versionId", version);
}

}  // namespace fogbank::emulators::s3::screening
