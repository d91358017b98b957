// Which bucket and object a call means, and whether its caller may use them.
#pragma once

#include <string>
#include <string_view>

#include "aws/shape.h"
#include "core/result.h"
#include "emulators/s3/errors.h"
#include "emulators/s3/records.h"
#include "emulators/service.h"
#include "models/s3.h"

namespace fogbank::emulators::s3 {

namespace api = fogbank::models::s3;  // inputs and outputs

template <class T>
using Found = core::Result<T, AwsError>;

// The place of a bucket of that name in the caller's partition.
[[nodiscard]] BucketPlace place_of(const Call& call, std::string_view bucket);

// Where the bucket's own endpoint need not be used, as for GetBucketLocation.
enum class AnyRegion : uint8_t { kRefused, kAllowed };

// The bucket, if the caller's account owns it and it lives in the region that was asked.
// NoSuchBucket, InvalidBucketName, AccessDenied (another account's, `expected_owner` is not the
// owner, or the call is anonymous: nothing here can be made public), PermanentRedirect.
[[nodiscard]] Found<BucketRecord> find_bucket(Call& call, std::string_view bucket,
                                              const aws::Text& expected_owner,
                                              AnyRegion any_region = AnyRegion::kRefused);

// The object; NoSuchKey, and InternalError of a record that cannot be read.
[[nodiscard]] Found<ObjectRecord> find_object(Call& call, BucketId bucket, std::string_view key);

// The canonical user id of an account: 64 hexadecimal digits.
[[nodiscard]] std::string canonical_id(std::string_view account);

}  // namespace fogbank::emulators::s3
