#include "emulators/s3/objects.h"

#include <doctest/doctest.h>

#include <string>

#include "emulators/s3/limits.h"
#include "emulators/s3/test_support.h"

namespace fogbank::emulators::s3 {
namespace {

const std::string kLarge = sample_bytes(kInlineUploadBytesMax + 1);

TEST_CASE("s3 an object comes back as it was stored, inline and as a blob") {
  for (const std::string& bytes :
       {std::string(), std::string("hello"), sample_bytes(kInlineUploadBytesMax), kLarge}) {
    CAPTURE(bytes.size());
    S3Fixture s3;
    const auto stored = s3.put("a/key", bytes);
    REQUIRE(stored);
    const std::string e_tag = "\"" + core::to_hex(aws::hash(aws::HashKind::kMd5, bytes)) + "\"";
    CHECK(stored->e_tag == e_tag);
    const auto got = s3.call(get_object, {.bucket = "bucket", .key = "a/key"});
    REQUIRE(got);
    CHECK(s3.downloaded() == bytes);
    CHECK(s3.status == 0);
    CHECK(got->e_tag == e_tag);
    CHECK(*got->content_length == static_cast<int64_t>(bytes.size()));
    CHECK(got->content_type == "binary/octet-stream");
    CHECK(got->accept_ranges == "bytes");
    CHECK(got->last_modified->ms == s3.clock.now_ms());
    CHECK_FALSE(got->version_id);
    CHECK_FALSE(got->storage_class);
    CHECK_FALSE(got->server_side_encryption);
    const auto head = s3.call(head_object, {.bucket = "bucket", .key = "a/key"});
    REQUIRE(head);
    CHECK(head->e_tag == e_tag);
    CHECK(*head->content_length == static_cast<int64_t>(bytes.size()));
  }
}

TEST_CASE("s3 metadata of the system and of the user is kept and shown") {
  S3Fixture s3;
  auto user = aws::Map<aws::Text>();
  user.append(s3.arena(), {"Color", aws::Text("green")});
  REQUIRE(s3.put("k", "x",
                 {.cache_control = "no-cache",
                  .content_disposition = "inline",
                  .content_encoding = "aws-chunked, gzip",
                  .content_language = "de",
                  .content_type = "text/plain",
                  .expires = "Thu, 01 Dec 2033 16:00:00 GMT",
                  .metadata = user,
                  .storage_class = "STANDARD_IA",
                  .website_redirect_location = "/other",
                  .tagging = "a=1&b=two%20words"}));
  const auto head = s3.call(head_object, {.bucket = "bucket", .key = "k"});
  REQUIRE(head);
  CHECK(head->cache_control == "no-cache");
  CHECK(head->content_disposition == "inline");
  CHECK(head->content_encoding == "gzip");
  CHECK(head->content_language == "de");
  CHECK(head->content_type == "text/plain");
  CHECK(head->expires == "Thu, 01 Dec 2033 16:00:00 GMT");
  CHECK(head->storage_class == "STANDARD_IA");
  CHECK(head->website_redirect_location == "/other");
  CHECK(*head->tag_count == 2);
  REQUIRE(head->metadata.size() == 1);
  CHECK(head->metadata[0].key == "color");
  CHECK(head->metadata[0].value == "green");
  const auto got = s3.call(get_object, {.bucket = "bucket",
                                        .key = "k",
                                        .response_cache_control = "max-age=1",
                                        .response_content_type = "text/html",
                                        .response_expires = aws::Timestamp{0}});
  REQUIRE(got);
  CHECK(got->cache_control == "max-age=1");
  CHECK(got->content_type == "text/html");
  CHECK(got->content_disposition == "inline");
  CHECK(got->expires == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("s3 PutObject: metadata, keys and tags at their limits") {
  struct Row {
    const char* name;
    std::size_t key_bytes;
    std::size_t metadata_bytes;
    std::size_t type_bytes;
    const char* error;
  };
  const Row rows[] = {
      {"key at limit - 1", kKeyBytesMax - 1, 1, 1, ""},
      {"key at limit", kKeyBytesMax, 1, 1, ""},
      {"key at limit + 1", kKeyBytesMax + 1, 1, 1, "KeyTooLongError"},
      {"metadata at limit", 1, kUserMetadataBytesMax, 1, ""},
      {"metadata at limit + 1", 1, kUserMetadataBytesMax + 1, 1, "MetadataTooLarge"},
      {"type at limit", 1, 1, kSystemMetadataBytesMax, ""},
      {"type at limit + 1", 1, 1, kSystemMetadataBytesMax + 1, "MetadataTooLarge"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    S3Fixture s3;
    const std::string key(row.key_bytes, 'k');
    const std::string value(row.metadata_bytes - 1, 'v');
    const std::string type(row.type_bytes, 't');
    auto user = aws::Map<aws::Text>();
    user.append(s3.arena(), {"n", aws::Text(value)});
    CHECK(error_code(s3.put(key.c_str(), "x", {.content_type = type, .metadata = user})) ==
          row.error);
  }
}

TEST_CASE("s3 ranges and parts of an object that came in one piece") {
  struct Row {
    const char* name;
    aws::Text range;
    aws::Opt<int32_t> part;
    const char* error;
    int status;
    std::size_t first, bytes;
  };
  const std::size_t size = kLarge.size();
  const Row rows[] = {
      {"whole", {}, {}, "", 0, 0, size},
      {"beginning", "bytes=0-99", {}, "", 206, 0, 100},
      {"middle", "bytes=65000-65100", {}, "", 206, 65000, 101},
      {"suffix", "bytes=-3", {}, "", 206, size - 3, 3},
      {"behind", "bytes=65537-", {}, "InvalidRange", 0, 0, 0},
      {"malformed", "bytes=x", {}, "", 0, 0, size},
      {"part 1", {}, 1, "", 206, 0, size},
      {"part 2", {}, 2, "InvalidPartNumber", 0, 0, 0},
      {"part 0", {}, 0, "InvalidArgument", 0, 0, 0},
      {"both", "bytes=0-1", 1, "InvalidRequest", 0, 0, 0},
  };
  S3Fixture s3;
  REQUIRE(s3.put("k", kLarge));
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto got = s3.call(
        get_object, {.bucket = "bucket", .key = "k", .range = row.range, .part_number = row.part});
    CHECK(error_code(got) == row.error);
    if (got.is_error()) continue;
    CHECK(s3.status == row.status);
    CHECK(s3.downloaded() == kLarge.substr(row.first, row.bytes));
    CHECK(*got->content_length == static_cast<int64_t>(row.bytes));
    CHECK(got->content_range.has_value() == (row.status == 206));
  }
  const auto behind =
      s3.call(get_object, {.bucket = "bucket", .key = "k", .range = "bytes=65537-"});
  REQUIRE(behind.is_error());
  CHECK(behind.error().status == 416);
  CHECK(behind.error().details[1].second == "65537");
}

TEST_CASE("s3 conditional reads and writes reach the stored object") {
  S3Fixture s3;
  const auto stored = s3.put("k", "one");
  REQUIRE(stored);
  const auto unchanged =
      s3.call(get_object, {.bucket = "bucket", .if_none_match = stored->e_tag, .key = "k"});
  REQUIRE(unchanged.is_error());
  CHECK(unchanged.error().status == 304);
  REQUIRE(s3.extra_headers.size() == 2);
  CHECK(s3.extra_headers[0].second == stored->e_tag.view());
  CHECK(error_code(s3.call(head_object, {.bucket = "bucket", .if_match = "\"x\"", .key = "k"})) ==
        "PreconditionFailed");
  CHECK(error_code(s3.put("k", "two", {.if_none_match = "*"})) == "PreconditionFailed");
  CHECK(error_code(s3.put("k", "two", {.if_match = "\"x\""})) == "PreconditionFailed");
  CHECK(error_code(s3.put("new", "two", {.if_match = "\"x\""})) == "NoSuchKey");
  CHECK(s3.put("k", "two", {.if_match = stored->e_tag}));
  CHECK(s3.put("new", "two", {.if_none_match = "*"}));
  CHECK(s3.get("k") == "two");
}

TEST_CASE("s3 digests that the client declares are verified") {
  struct Row {
    const char* name;
    const char* md5;  // of Content-MD5
    const char* algorithm;
    const char* declared;
    const char* error;
  };
  const Row rows[] = {
      {"md5 right", "XUFAKrxLKna5cZ2REBfFkg==", "", "", ""},
      {"md5 wrong", "XUFAKrxLKna5cZ2REBfFkQ==", "", "", "BadDigest"},
      {"md5 short", "XUFAKg==", "", "", "InvalidDigest"},
      {"md5 no base64", "hello", "", "", "InvalidDigest"},
      {"crc32 right", nullptr, "CRC32", "NhCmhg==", ""},
      {"crc32 wrong", nullptr, "CRC32", "NhCmhw==", "BadDigest"},
      {"crc32 of another length", nullptr, "CRC32", "NhCmhgAA", "InvalidRequest"},
      {"crc32 no base64", nullptr, "CRC32", "?", "InvalidRequest"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    S3Fixture s3;
    s3.set_upload("hello");
    if (std::string_view(row.algorithm) != "") {
      s3.declare(*aws::parse_checksum_algorithm(row.algorithm), "hello", row.declared);
    }
    api::PutObjectInput in{.bucket = "bucket", .key = "k"};
    if (row.md5 != nullptr) in.content_md5 = row.md5;
    CHECK(error_code(s3.call(put_object, in)) == row.error);
  }
  S3Fixture s3;
  s3.set_upload("hello");
  s3.declare(aws::HashKind::kCrc32, "hello");
  s3.declare(aws::HashKind::kSha1, "hello");
  CHECK(error_code(s3.call(put_object, {.bucket = "bucket", .key = "k"})) == "InvalidRequest");
  s3.set_upload("hello");
  CHECK(error_code(
            s3.call(put_object, {.bucket = "bucket", .checksum_algorithm = "CRC32", .key = "k"})) ==
        "InvalidRequest");
  CHECK(
      error_code(s3.call(put_object, {.bucket = "bucket", .checksum_xxhash3 = "x", .key = "k"})) ==
      "NotImplemented");
}

TEST_CASE("s3 checksums are kept: the declared one, else CRC64NVME; shown when asked for") {
  S3Fixture s3;
  s3.set_upload("hello");
  s3.compute(aws::HashKind::kCrc64Nvme, "hello");
  s3.declare(aws::HashKind::kSha256, "hello");
  const auto stored = s3.call(put_object, {.bucket = "bucket", .key = "declared"});
  REQUIRE(stored);
  CHECK(stored->checksum_sha256 == "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
  CHECK(stored->checksum_type == "FULL_OBJECT");
  CHECK_FALSE(stored->checksum_crc64nvme);
  s3.set_upload("hello");
  s3.compute(aws::HashKind::kCrc64Nvme, "hello");
  REQUIRE(s3.call(put_object, {.bucket = "bucket", .key = "default"}));
  const auto hidden = s3.call(head_object, {.bucket = "bucket", .key = "default"});
  REQUIRE(hidden);
  CHECK_FALSE(hidden->checksum_crc64nvme);
  const auto shown =
      s3.call(head_object, {.bucket = "bucket", .key = "default", .checksum_mode = "ENABLED"});
  REQUIRE(shown);
  CHECK(shown->checksum_crc64nvme.has_value());
  const auto part = s3.call(
      get_object,
      {.bucket = "bucket", .key = "default", .range = "bytes=0-1", .checksum_mode = "ENABLED"});
  REQUIRE(part);
  CHECK_FALSE(part->checksum_crc64nvme);
}

TEST_CASE("s3 functions that are not emulated are refused by name") {
  struct Row {
    const char* name;
    api::PutObjectInput input;
    const char* error;
    const char* header;
  };
  const Row rows[] = {
      {"encryption",
       {.server_side_encryption = "AES256"},
       "NotImplemented",
       "x-amz-server-side-encryption"},
      {"customer key",
       {.sse_customer_key = "k"},
       "NotImplemented",
       "x-amz-server-side-encryption-customer-key"},
      {"append", {.write_offset_bytes = 1}, "NotImplemented", "x-amz-write-offset-bytes"},
      {"acl", {.acl = "public-read"}, "AccessControlListNotSupported", nullptr},
      {"own acl", {.acl = "bucket-owner-full-control"}, "", nullptr},
      {"grant", {.grant_read = "id=1"}, "AccessControlListNotSupported", nullptr},
      {"lock", {.object_lock_mode = "GOVERNANCE"}, "InvalidRequest", nullptr},
      {"storage class", {.storage_class = "OUTPOSTS"}, "InvalidStorageClass", nullptr},
      {"payer", {.request_payer = "requester"}, "", nullptr},
      {"other payer", {.request_payer = "me"}, "InvalidArgument", nullptr},
      {"tags", {.tagging = "a=1&a=2"}, "InvalidTag", nullptr},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    S3Fixture s3;
    const auto reply = s3.put("k", "x", row.input);
    CHECK(error_code(reply) == row.error);
    if (row.header != nullptr && reply.is_error()) {
      CHECK(reply.error().details.front().second == row.header);
    }
  }
}

TEST_CASE("s3 versions: an object has the one named null") {
  S3Fixture s3;
  REQUIRE(s3.put("k", "x"));
  struct Row {
    const char* version;
    const char* error;
  };
  const Row rows[] = {{"null", ""},
                      {"3HL4kqtJvjVBH40Nrjfkd3HL4kqtJvjV", "NoSuchVersion"},
                      {"short", "InvalidArgument"}};
  for (const Row& row : rows) {
    CAPTURE(row.version);
    CHECK(error_code(
              s3.call(get_object, {.bucket = "bucket", .key = "k", .version_id = row.version})) ==
          row.error);
  }
}

TEST_CASE("s3 archived objects are described but not read") {
  S3Fixture s3;
  REQUIRE(s3.put("k", "x", {.storage_class = "GLACIER"}));
  CHECK(s3.call(head_object, {.bucket = "bucket", .key = "k"}));
  CHECK(error_code(s3.call(get_object, {.bucket = "bucket", .key = "k"})) == "InvalidObjectState");
}

TEST_CASE("s3 blobs go with the object that is replaced or removed") {
  S3Fixture s3;
  REQUIRE(s3.put("k", kLarge));
  const storage::BlobId first = *s3.upload->blob;
  REQUIRE(s3.put("k", kLarge + "x"));
  const storage::BlobId second = *s3.upload->blob;
  CHECK_FALSE(s3.has_blob(first));
  CHECK(s3.has_blob(second));
  REQUIRE(s3.call(delete_object, {.bucket = "bucket", .key = "k"}));
  CHECK_FALSE(s3.has_blob(second));
  CHECK(s3.get("k") == "NoSuchKey");
  CHECK(s3.call(delete_object, {.bucket = "bucket", .key = "k"}));
}

TEST_CASE("s3 DeleteObject: If-Match guards what is removed") {
  S3Fixture s3;
  const auto stored = s3.put("k", "x");
  REQUIRE(stored);
  CHECK(error_code(s3.call(delete_object, {.bucket = "bucket", .key = "k", .if_match = "y"})) ==
        "PreconditionFailed");
  CHECK(s3.call(delete_object, {.bucket = "bucket", .key = "k", .if_match = stored->e_tag}));
  CHECK(error_code(s3.call(delete_object, {.bucket = "bucket", .key = "k", .if_match = "*"})) ==
        "NoSuchKey");
  CHECK(error_code(s3.call(delete_object, {.bucket = "bucket", .key = "k", .mfa = "1 2"})) ==
        "NotImplemented");
}

TEST_CASE("s3 DeleteObjects: each key has its own outcome; quiet shows only errors") {
  for (const bool is_quiet : {false, true}) {
    CAPTURE(is_quiet);
    S3Fixture s3;
    REQUIRE(s3.put("a", "x"));
    REQUIRE(s3.put("b", "x"));
    api::Delete wish{.quiet = is_quiet};
    wish.objects.append(s3.arena(), {.key = "a"});
    wish.objects.append(s3.arena(), {.key = "absent"});
    wish.objects.append(s3.arena(), {.key = "b", .e_tag = "\"other\""});
    const auto reply =
        s3.call(delete_objects, {.bucket = "bucket", .delete_ = aws::Ptr<api::Delete>(&wish)});
    REQUIRE(reply);
    CHECK(reply->deleted.size() == (is_quiet ? 0U : 2U));
    REQUIRE(reply->errors.size() == 1);
    CHECK(reply->errors[0].key == "b");
    CHECK(reply->errors[0].code == "PreconditionFailed");
    CHECK(s3.get("a") == "NoSuchKey");
    CHECK(s3.get("b") == "x");
  }
}

TEST_CASE("s3 DeleteObjects takes 1 to 1000 keys") {
  for (const auto& [count, error] :
       {std::pair(0U, "MalformedXML"), std::pair(1U, ""), std::pair(999U, ""), std::pair(1000U, ""),
        std::pair(1001U, "MalformedXML")}) {
    CAPTURE(count);
    S3Fixture s3;
    api::Delete wish;
    for (unsigned i = 0; i < count; ++i) wish.objects.append(s3.arena(), {.key = "k"});
    CHECK(error_code(s3.call(delete_objects, {.bucket = "bucket",
                                              .delete_ = aws::Ptr<api::Delete>(&wish)})) == error);
  }
}

}  // namespace
}  // namespace fogbank::emulators::s3
