#include "emulators/s3/configuration.h"

#include <doctest/doctest.h>

#include "emulators/s3/attributes.h"
#include "emulators/s3/test_support.h"

namespace fogbank::emulators::s3 {
namespace {

TEST_CASE("s3 a bucket is set up as S3 makes a new one") {
  S3Fixture s3;
  REQUIRE(s3.put("k", "x"));
  CHECK_FALSE(s3.call(get_bucket_versioning, {.bucket = "bucket"})->status);
  CHECK_FALSE(s3.call(get_bucket_logging, {.bucket = "bucket"})->logging_enabled);
  CHECK_FALSE(s3.call(get_bucket_accelerate_configuration, {.bucket = "bucket"})->status);
  CHECK(s3.call(get_bucket_notification_configuration, {.bucket = "bucket"})
            ->queue_configurations.empty());
  CHECK(s3.call(get_bucket_request_payment, {.bucket = "bucket"})->payer == "BucketOwner");
  CHECK(s3.call(get_bucket_ownership_controls, {.bucket = "bucket"})
            ->ownership_controls->rules[0]
            .object_ownership == "BucketOwnerEnforced");
  CHECK(*s3.call(get_public_access_block, {.bucket = "bucket"})
             ->public_access_block_configuration->restrict_public_buckets);
  const auto acl = s3.call(get_bucket_acl, {.bucket = "bucket"});
  REQUIRE(acl);
  CHECK(acl->grants[0].permission == "FULL_CONTROL");
  CHECK(acl->grants[0].grantee->id.view() == acl->owner->id.view());
  CHECK(s3.call(get_object_acl, {.bucket = "bucket", .key = "k"})->grants.size() == 1);
  CHECK(error_code(s3.call(get_object_acl, {.bucket = "bucket", .key = "absent"})) == "NoSuchKey");
}

TEST_CASE("s3 what a bucket has not is told in S3's words, and can be removed") {
  S3Fixture s3;
  CHECK(error_code(s3.call(get_bucket_cors, {.bucket = "bucket"})) == "NoSuchCORSConfiguration");
  CHECK(error_code(s3.call(get_bucket_encryption, {.bucket = "bucket"})) ==
        "ServerSideEncryptionConfigurationNotFoundError");
  CHECK(error_code(s3.call(get_bucket_lifecycle_configuration, {.bucket = "bucket"})) ==
        "NoSuchLifecycleConfiguration");
  CHECK(error_code(s3.call(get_bucket_policy, {.bucket = "bucket"})) == "NoSuchBucketPolicy");
  CHECK(error_code(s3.call(get_bucket_policy_status, {.bucket = "bucket"})) ==
        "NoSuchBucketPolicy");
  CHECK(error_code(s3.call(get_bucket_replication, {.bucket = "bucket"})) ==
        "ReplicationConfigurationNotFoundError");
  CHECK(error_code(s3.call(get_bucket_website, {.bucket = "bucket"})) ==
        "NoSuchWebsiteConfiguration");
  CHECK(error_code(s3.call(get_object_lock_configuration, {.bucket = "bucket"})) ==
        "ObjectLockConfigurationNotFoundError");
  CHECK(error_code(s3.call(get_bucket_cors, {.bucket = "absent"})) == "NoSuchBucket");
  CHECK(s3.call(delete_bucket_cors, {.bucket = "bucket"}));
  CHECK(s3.call(delete_bucket_encryption, {.bucket = "bucket"}));
  CHECK(s3.call(delete_bucket_lifecycle, {.bucket = "bucket"}));
  CHECK(s3.call(delete_bucket_policy, {.bucket = "bucket"}));
  CHECK(s3.call(delete_bucket_replication, {.bucket = "bucket"}));
  CHECK(s3.call(delete_bucket_website, {.bucket = "bucket"}));
  CHECK(error_code(s3.call(delete_bucket_policy, {.bucket = "absent"})) == "NoSuchBucket");
}

TEST_CASE("s3 a set-up that holds already is accepted, another refused by name") {
  S3Fixture s3;
  api::PublicAccessBlockConfiguration block{.block_public_acls = true,
                                            .ignore_public_acls = true,
                                            .block_public_policy = true,
                                            .restrict_public_buckets = true};
  const api::PutPublicAccessBlockInput closed{
      .bucket = "bucket",
      .public_access_block_configuration = aws::Ptr<api::PublicAccessBlockConfiguration>(&block)};
  CHECK(s3.call(put_public_access_block, closed));
  block.block_public_policy = false;
  CHECK(error_code(s3.call(put_public_access_block, closed)) == "NotImplemented");

  api::RequestPaymentConfiguration payment{.payer = "BucketOwner"};
  const api::PutBucketRequestPaymentInput pays{
      .bucket = "bucket",
      .request_payment_configuration = aws::Ptr<api::RequestPaymentConfiguration>(&payment)};
  CHECK(s3.call(put_bucket_request_payment, pays));
  payment.payer = "Requester";
  CHECK(error_code(s3.call(put_bucket_request_payment, pays)) == "NotImplemented");

  api::OwnershipControls controls;
  controls.rules.append(s3.arena(), {.object_ownership = "BucketOwnerEnforced"});
  const api::PutBucketOwnershipControlsInput owned{
      .bucket = "bucket", .ownership_controls = aws::Ptr<api::OwnershipControls>(&controls)};
  CHECK(s3.call(put_bucket_ownership_controls, owned));
  controls.rules[0].object_ownership = "ObjectWriter";
  CHECK(error_code(s3.call(put_bucket_ownership_controls, owned)) == "NotImplemented");
}

TEST_CASE("s3 GetObjectAttributes tells what is asked for") {
  S3Fixture s3;
  s3.set_upload("hello");
  s3.declare(aws::HashKind::kCrc32, "hello");
  REQUIRE(s3.call(put_object, {.bucket = "bucket", .key = "k"}));
  const auto asked = [&](std::initializer_list<const char*> names) {
    api::GetObjectAttributesInput in{.bucket = "bucket", .key = "k"};
    for (const char* name : names) in.object_attributes.append(s3.arena(), aws::Text(name));
    return s3.call(get_object_attributes, in);
  };
  const auto all = asked({"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"});
  REQUIRE(all);
  CHECK(all->e_tag == "5d41402abc4b2a76b9719d911017c592");
  CHECK(all->checksum->checksum_crc32 == "NhCmhg==");
  CHECK(all->checksum->checksum_type == "FULL_OBJECT");
  CHECK_FALSE(all->object_parts);
  CHECK(all->storage_class == "STANDARD");
  CHECK(*all->object_size == 5);
  const auto one = asked({"ObjectSize"});
  REQUIRE(one);
  CHECK_FALSE(one->e_tag);
  CHECK_FALSE(one->checksum);
  CHECK(error_code(asked({})) == "InvalidRequest");
  CHECK(error_code(asked({"Colour"})) == "InvalidArgument");
}

}  // namespace
}  // namespace fogbank::emulators::s3
