#include "emulators/s3/access.h"

#include "aws/checksum.h"
#include "core/text.h"
#include "emulators/s3/limits.h"
#include "emulators/s3/names.h"

namespace fogbank::emulators::s3 {
namespace {

std::string endpoint_of(const Call& call, std::string_view bucket, std::string_view region) {
  const aws::Partition* partition = aws::partition_named(call.partition);
  std::string endpoint(bucket);
  endpoint.append(".s3.").append(region).append(".");
  endpoint.append(partition == nullptr ? "amazonaws.com" : partition->suffix);
  return endpoint;
}

}  // namespace

BucketPlace place_of(const Call& call, std::string_view bucket) {
  return {.partition = call.partition, .name = bucket};
}

Found<BucketRecord> find_bucket(Call& call, std::string_view bucket,
                                const aws::Text& expected_owner, AnyRegion any_region) {
  if (bucket.size() > kBucketNameBytesMax) return invalid_bucket_name(bucket);
  const auto stored = call.txn.get(bucket_key(place_of(call, bucket)));
  if (!stored) return is_bucket_name(bucket) ? no_such_bucket(bucket) : invalid_bucket_name(bucket);
  auto record = decode_bucket(*stored);
  if (!record) return internal_error();
  if (any_region == AnyRegion::kRefused && record->region != call.region.text()) {
    call.extra_headers.emplace_back("x-amz-bucket-region", record->region);
    return permanent_redirect(bucket, endpoint_of(call, bucket, record->region));
  }
  const bool is_owner = record->account == call.account.text() && !call.access_key_id.empty();
  if (!is_owner) return access_denied();
  if (expected_owner && expected_owner.view() != record->account) return access_denied();
  return std::move(*record);
}

Found<ObjectRecord> find_object(Call& call, BucketId bucket, std::string_view key) {
  const auto stored = call.txn.get(object_key(bucket, key));
  if (!stored) return no_such_key(key);
  auto record = decode_object(*stored);
  if (!record) return internal_error();
  return std::move(*record);
}

std::string canonical_id(std::string_view account) {
  const std::string source = "fogbank canonical user of account " + std::string(account);
  return core::to_hex(aws::hash(aws::HashKind::kSha256, source));
}

}  // namespace fogbank::emulators::s3
