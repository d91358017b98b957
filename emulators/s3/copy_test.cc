#include "emulators/s3/copy.h"

#include <doctest/doctest.h>

#include <string>

#include "emulators/s3/limits.h"
#include "emulators/s3/test_support.h"

namespace fogbank::emulators::s3 {
namespace {

const std::string kLarge = sample_bytes(kInlineUploadBytesMax + 1);

TEST_CASE("s3 a copy shares its source's bytes and outlives it") {
  for (const std::string& bytes : {std::string("small"), kLarge}) {
    CAPTURE(bytes.size());
    S3Fixture s3;
    REQUIRE(s3.put("a b+c", bytes, {.content_type = "text/plain", .tagging = "t=1"}));
    const auto source_blob = s3.upload->blob;
    s3.clock.advance_ms(5000);
    const auto copied = s3.call(
        copy_object, {.bucket = "bucket", .copy_source = "/bucket/a%20b%2Bc", .key = "copy"});
    REQUIRE(copied);
    CHECK(copied->copy_object_result->e_tag.view() ==
          "\"" + core::to_hex(aws::hash(aws::HashKind::kMd5, bytes)) + "\"");
    CHECK(copied->copy_object_result->last_modified->ms == s3.clock.now_ms());
    REQUIRE(s3.call(delete_object, {.bucket = "bucket", .key = "a b+c"}));
    s3.restart();
    CHECK(s3.get("copy") == bytes);
    const auto head = s3.call(head_object, {.bucket = "bucket", .key = "copy"});
    CHECK(head->content_type == "text/plain");
    CHECK(*head->tag_count == 1);
    REQUIRE(s3.call(delete_object, {.bucket = "bucket", .key = "copy"}));
    if (source_blob) CHECK_FALSE(s3.has_blob(*source_blob));
  }
}

TEST_CASE("s3 CopyObject: directives replace metadata and tags") {
  S3Fixture s3;
  REQUIRE(
      s3.put("k", "x",
             {.content_type = "text/plain", .website_redirect_location = "/r", .tagging = "t=1"}));
  REQUIRE(s3.call(copy_object, {.bucket = "bucket",
                                .content_type = "text/html",
                                .copy_source = "bucket/k",
                                .key = "replaced",
                                .metadata_directive = "REPLACE",
                                .tagging_directive = "REPLACE",
                                .storage_class = "ONEZONE_IA"}));
  const auto replaced = s3.call(head_object, {.bucket = "bucket", .key = "replaced"});
  REQUIRE(replaced);
  CHECK(replaced->content_type == "text/html");
  CHECK_FALSE(replaced->tag_count);
  CHECK(replaced->storage_class == "ONEZONE_IA");
  REQUIRE(s3.call(copy_object, {.bucket = "bucket",
                                .content_type = "text/html",
                                .copy_source = "bucket/replaced",
                                .key = "kept"}));
  const auto kept = s3.call(head_object, {.bucket = "bucket", .key = "kept"});
  CHECK(kept->content_type == "text/html");
  CHECK_FALSE(kept->storage_class);
  REQUIRE(s3.call(copy_object, {.bucket = "bucket", .copy_source = "bucket/k", .key = "moved"}));
  CHECK_FALSE(
      s3.call(head_object, {.bucket = "bucket", .key = "moved"})->website_redirect_location);
}

TEST_CASE("s3 CopyObject refuses what it cannot do") {
  S3Fixture s3;
  const auto stored = s3.put("k", "x");
  REQUIRE(stored);
  REQUIRE(s3.put("archived", "x", {.storage_class = "DEEP_ARCHIVE"}));
  REQUIRE(s3.put("large", kLarge));
  struct Row {
    const char* name;
    api::CopyObjectInput input;
    const char* error;
  };
  const Row rows[] = {
      {"itself", {.copy_source = "bucket/k", .key = "k"}, "InvalidRequest"},
      {"itself changed",
       {.copy_source = "bucket/k", .key = "k", .metadata_directive = "REPLACE"},
       ""},
      {"no source", {.copy_source = "bucket/absent", .key = "c"}, "NoSuchKey"},
      {"no bucket", {.copy_source = "absent/k", .key = "c"}, "NoSuchBucket"},
      {"no key", {.copy_source = "bucket/", .key = "c"}, "InvalidArgument"},
      {"access point",
       {.copy_source = "arn:aws:s3:us-east-1:123456789012:accesspoint/a/object/k", .key = "c"},
       "NotImplemented"},
      {"version", {.copy_source = "bucket/k?versionId=null", .key = "c"}, ""},
      {"other version", {.copy_source = "bucket/k?versionId=x", .key = "c"}, "InvalidArgument"},
      {"directive",
       {.copy_source = "bucket/k", .key = "c", .metadata_directive = "KEEP"},
       "InvalidArgument"},
      {"archived", {.copy_source = "bucket/archived", .key = "c"}, "InvalidObjectState"},
      {"match",
       {.copy_source = "bucket/k", .copy_source_if_match = "x", .key = "c"},
       "PreconditionFailed"},
      {"none match",
       {.copy_source = "bucket/k", .copy_source_if_none_match = stored->e_tag, .key = "c"},
       "PreconditionFailed"},
      {"destination there",
       {.copy_source = "bucket/k", .if_none_match = "*", .key = "large"},
       "PreconditionFailed"},
      {"checksum", {.checksum_algorithm = "SHA1", .copy_source = "bucket/k", .key = "c"}, ""},
      {"checksum of a blob",
       {.checksum_algorithm = "SHA1", .copy_source = "bucket/large", .key = "c"},
       "NotImplemented"},
      {"encryption",
       {.copy_source = "bucket/k", .key = "c", .server_side_encryption = "aws:kms"},
       "NotImplemented"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    api::CopyObjectInput input = row.input;
    input.bucket = "bucket";
    CHECK(error_code(s3.call(copy_object, input)) == row.error);
  }
}

TEST_CASE("s3 a copy of a blob onto itself keeps the blob") {
  S3Fixture s3;
  REQUIRE(s3.put("k", kLarge));
  REQUIRE(s3.call(copy_object, {.bucket = "bucket",
                                .copy_source = "bucket/k",
                                .key = "k",
                                .metadata_directive = "REPLACE"}));
  s3.restart();
  CHECK(s3.get("k") == kLarge);
}

}  // namespace
}  // namespace fogbank::emulators::s3
