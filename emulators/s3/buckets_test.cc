#include "emulators/s3/buckets.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/service_fixture.h"

namespace fogbank::emulators::s3 {
namespace {

using tests::error_code;
using tests::ServiceFixture;

Reply<api::CreateBucketOutput> create_in(ServiceFixture& s3, const char* name,
                                         const char* constraint) {
  api::CreateBucketConfiguration config{.location_constraint = constraint};
  return s3.call(create_bucket, {.bucket = name,
                                 .create_bucket_configuration =
                                     aws::Ptr<api::CreateBucketConfiguration>(&config)});
}

TEST_CASE("s3 CreateBucket: which location a region's endpoint accepts") {
  struct Row {
    const char* name;
    const char* region;
    const char* constraint;  // null: no configuration
    const char* error;
    const char* location;  // what GetBucketLocation tells; null: nothing
  };
  const Row rows[] = {
      {"classic without", "us-east-1", nullptr, "", nullptr},
      {"classic elsewhere", "us-east-1", "eu-west-1", "", "eu-west-1"},
      {"classic named", "us-east-1", "us-east-1", "InvalidLocationConstraint", nullptr},
      {"EU", "us-east-1", "EU", "", "EU"},
      {"regional without", "eu-west-1", nullptr, "IllegalLocationConstraintException", nullptr},
      {"regional itself", "eu-west-1", "eu-west-1", "", "eu-west-1"},
      {"regional EU", "eu-west-1", "EU", "", "EU"},
      {"regional other", "eu-west-1", "us-west-2", "IllegalLocationConstraintException", nullptr},
      {"no region", "us-east-1", "mars", "InvalidLocationConstraint", nullptr},
      {"other partition", "us-east-1", "cn-north-1", "InvalidLocationConstraint", nullptr},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    ServiceFixture s3;
    s3.use_region(row.region);
    const auto reply = row.constraint == nullptr ? s3.call(create_bucket, {.bucket = "bucket"})
                                                 : create_in(s3, "bucket", row.constraint);
    CHECK(error_code(reply) == row.error);
    if (reply.is_error()) continue;
    const auto location = s3.call(get_bucket_location, {.bucket = "bucket"});
    REQUIRE(location);
    CHECK(location->location_constraint.view() ==
          (row.location == nullptr ? "" : std::string_view(row.location)));
    CHECK(location->location_constraint.has_value() == (row.location != nullptr));
  }
}

TEST_CASE("s3 CreateBucket twice: an error, but a success in us-east-1") {
  ServiceFixture s3;
  REQUIRE(s3.call(create_bucket, {.bucket = "bucket"}));
  const auto again = s3.call(create_bucket, {.bucket = "bucket"});
  REQUIRE(again);
  CHECK(again->location == "/bucket");
  REQUIRE(create_in(s3, "european", "eu-west-1"));
  CHECK(error_code(create_in(s3, "european", "eu-west-1")) == "BucketAlreadyOwnedByYou");
  s3.use_account("210987654321");
  CHECK(error_code(s3.call(create_bucket, {.bucket = "bucket"})) == "BucketAlreadyExists");
}

TEST_CASE("s3 CreateBucket refuses what a bucket here cannot be") {
  struct Row {
    const char* name;
    api::CreateBucketInput input;
    const char* error;
  };
  const Row rows[] = {
      {"name", {.bucket = "Bucket"}, "InvalidBucketName"},
      {"private", {.acl = "private", .bucket = "bucket"}, ""},
      {"public", {.acl = "public-read", .bucket = "bucket"}, "InvalidBucketAclWithObjectOwnership"},
      {"grant", {.bucket = "bucket", .grant_read = "id=1"}, "InvalidBucketAclWithObjectOwnership"},
      {"object lock",
       {.bucket = "bucket", .object_lock_enabled_for_bucket = true},
       "NotImplemented"},
      {"ownership", {.bucket = "bucket", .object_ownership = "ObjectWriter"}, "NotImplemented"},
      {"enforced", {.bucket = "bucket", .object_ownership = "BucketOwnerEnforced"}, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    ServiceFixture s3;
    CHECK(error_code(s3.call(create_bucket, row.input)) == row.error);
  }
}

TEST_CASE("s3 a bucket is found by its owner, at its region, while it is there") {
  ServiceFixture s3;
  REQUIRE(s3.call(create_bucket, {.bucket = "bucket"}));
  const auto head = s3.call(head_bucket, {.bucket = "bucket"});
  REQUIRE(head);
  CHECK(head->bucket_region == "us-east-1");
  CHECK(error_code(s3.call(head_bucket, {.bucket = "absent"})) == "NoSuchBucket");
  CHECK(error_code(s3.call(head_bucket, {.bucket = "Not_A_Name"})) == "InvalidBucketName");
  CHECK(error_code(
            s3.call(head_bucket, {.bucket = "bucket", .expected_bucket_owner = "210987654321"})) ==
        "AccessDenied");
  CHECK(s3.call(head_bucket, {.bucket = "bucket", .expected_bucket_owner = "123456789012"}));
  s3.use_region("eu-west-1");
  const auto moved = s3.call(head_bucket, {.bucket = "bucket"});
  REQUIRE(moved.is_error());
  CHECK(moved.error().code == "PermanentRedirect");
  CHECK(moved.error().status == 301);
  CHECK(moved.error().details.front().second == "bucket.s3.us-east-1.amazonaws.com");
  REQUIRE(s3.extra_headers.size() == 1);
  CHECK(s3.extra_headers.front().first == "x-amz-bucket-region");
  CHECK(s3.extra_headers.front().second == "us-east-1");
  CHECK(s3.call(get_bucket_location, {.bucket = "bucket"}));
  s3.use_region("us-east-1");
  s3.use_account("210987654321");
  CHECK(error_code(s3.call(head_bucket, {.bucket = "bucket"})) == "AccessDenied");
  s3.use_account("123456789012");
  REQUIRE(s3.call(delete_bucket, {.bucket = "bucket"}));
  CHECK(error_code(s3.call(head_bucket, {.bucket = "bucket"})) == "NoSuchBucket");
  CHECK(error_code(s3.call(delete_bucket, {.bucket = "bucket"})) == "NoSuchBucket");
}

TEST_CASE("s3 ListBuckets: one account's, in order, by prefix, region and page") {
  ServiceFixture s3;
  for (const char* name : {"b-two", "a-one", "b-three"}) {
    REQUIRE(s3.call(create_bucket, {.bucket = name}));
  }
  REQUIRE(create_in(s3, "b-four", "eu-west-1"));
  s3.use_account("210987654321");
  REQUIRE(s3.call(create_bucket, {.bucket = "others"}));
  s3.use_account("123456789012");
  const auto names = [](const api::ListBucketsOutput& out) {
    std::string text;
    for (const api::Bucket& bucket : out.buckets) text += bucket.name.str() + " ";
    return text;
  };
  const auto all = s3.call(list_buckets, {});
  REQUIRE(all);
  CHECK(names(*all) == "a-one b-four b-three b-two ");
  CHECK(all->owner->id.size() == 64);
  CHECK_FALSE(all->buckets[0].bucket_region);
  CHECK(all->buckets[0].creation_date->ms == s3.clock.now_ms());
  CHECK(names(*s3.call(list_buckets, {.prefix = "b-t"})) == "b-three b-two ");
  CHECK(names(*s3.call(list_buckets, {.bucket_region = "eu-west-1"})) == "b-four ");
  std::string pages;
  aws::Text token;
  do {
    const auto page = s3.call(list_buckets, {.max_buckets = 2, .continuation_token = token});
    REQUIRE(page);
    pages += names(*page) + "| ";
    token = page->continuation_token;
  } while (token);
  CHECK(pages == "a-one b-four | b-three b-two | ");
  for (const int32_t max : {0, -1, 10'001}) {
    CHECK(error_code(s3.call(list_buckets, {.max_buckets = max})) == "InvalidArgument");
  }
  CHECK(error_code(s3.call(list_buckets, {.continuation_token = "%%"})) == "InvalidArgument");
}

}  // namespace
}  // namespace fogbank::emulators::s3
