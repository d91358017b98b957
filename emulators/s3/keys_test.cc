#include "emulators/s3/keys.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/text.h"
#include "emulators/s3/records.h"

namespace fogbank::emulators::s3 {
namespace {

Handle handle_of(char c) { return Handle::of(std::string(16, c)); }

TEST_CASE("s3 storage keys are those of layout 1") {
  struct Row {
    const char* name;
    std::string key;
    const char* hex;
  };
  const Row rows[] = {
      {"bucket", bucket_key({"aws", "jobs"}), "5362617773006a6f6273"},
      {"buckets of an account", account_buckets_prefix("aws", "123456789012"),
       "536161777300313233343536373839303132"},
      {"object", object_key({0x0102030405060708}, "a/b"), "536f0102030405060708612f62"},
      {"upload", upload_key({1}, "k", "id"), "537500000000000000016b00016964"},
      {"part", part_key({2}, 10000), "537000000000000000022710"},
      {"manifest", manifest_key(handle_of('m')), "536d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d"},
      {"owners", owners_key(handle_of('r')), "537272727272727272727272727272727272"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(core::to_hex(row.key) == row.hex);
  }
}

TEST_CASE("s3 keys of uploads sort by object key, then by upload id, and are read back") {
  using namespace std::string_literals;
  const std::vector<std::string> keys = {"",      "\0"s,   "\0\0"s, "\x01", "a",   "a\0"s,
                                         "a\0b"s, "a\x01", "ab",    "b",    "\xff"};
  std::string last;
  for (const std::string& key : keys) {
    for (const char* id : {"1", "2"}) {
      const std::string stored = upload_key({7}, key, id);
      CHECK(last < stored);
      last = stored;
      const auto name =
          parse_upload_key(std::string_view(stored).substr(uploads_prefix({7}).size()));
      REQUIRE(name.has_value());
      CHECK(name->key == key);
      CHECK(name->upload_id == id);
    }
  }
  for (const std::string& damaged : {"abc"s, "abc\0"s, "a\0\x02"s, ""s}) {
    CHECK_FALSE(parse_upload_key(damaged).has_value());
  }
}

TEST_CASE("the key behind a prefix is the first that does not begin with it") {
  CHECK(behind("photos/") == "photos0");
  CHECK(behind("a\xff\xff") == "b");
}

TEST_CASE("a blob's name becomes a handle and comes back") {
  const storage::BlobId blob{"000102030405060708090a0b0c0d0eff"};
  CHECK(Handle::of(blob).blob() == blob);
}

Metadata sample_metadata() {
  return {.content_type = "text/plain", .cache_control = "no-cache", .user = {{"a", "b"}}};
}

TEST_CASE("s3 records have the bytes of version 1 and are read back") {
  const BucketRecord bucket{.id = {1},
                            .account = "123456789012",
                            .region = "eu-west-1",
                            .location_constraint = "EU",
                            .created_ms = 2,
                            .tags = {{"k", "v"}}};
  CHECK(core::to_hex(encode(bucket)) ==
        "01"
        "0000000000000001"
        "0c313233343536373839303132"
        "0965752d776573742d31"
        "024555"
        "0000000000000002"
        "01"
        "00016b"
        "000176");
  CHECK(decode_bucket(encode(bucket)) == bucket);

  const ObjectRecord object{
      .summary = {.bytes = 3,
                  .modified_ms = 4,
                  .e_tag = "e",
                  .storage_class = "STANDARD",
                  .checksum = Checksum{aws::HashKind::kCrc32, ChecksumType::kFullObject, "abcd"},
                  .part_count = 0},
      .metadata = sample_metadata(),
      .tags = {},
      .upload_id = "u",
      .content = {.kind = Content::Kind::kInline, .bytes = "xyz", .handle = {}}};
  CHECK(core::to_hex(encode(object)) ==
        "01"
        "0000000000000003"
        "0000000000000004"
        "0165"
        "085354414e44415244"
        "00000000"
        "02"
        "01"
        "0461626364"
        "000a746578742f706c61696e"
        "00086e6f2d6361636865"
        "0000"
        "0000"
        "0000"
        "0000"
        "0000"
        "0001"
        "000161"
        "000162"
        "00"
        "0175"
        "01"
        "0000000378797a");
  CHECK(decode_object(encode(object)) == object);
  CHECK(decode_object_summary(encode(object)) == object.summary);

  const UploadRecord upload{.parts = {5},
                            .initiated_ms = 6,
                            .storage_class = "S",
                            .checksum_algorithm = aws::HashKind::kSha256,
                            .checksum_type = ChecksumType::kComposite,
                            .metadata = {},
                            .tags = {}};
  CHECK(core::to_hex(encode(upload)) ==
        "01"
        "0000000000000005"
        "0000000000000006"
        "0153"
        "06"
        "02"
        "0000"
        "0000"
        "0000"
        "0000"
        "0000"
        "0000"
        "0000"
        "0000"
        "00");
  CHECK(decode_upload(encode(upload)) == upload);

  const PartRecord part{.bytes = 7,
                        .modified_ms = 8,
                        .md5 = "m",
                        .checksums = {},
                        .pieces = {.segments = {{handle_of('b'), 9, 7}}}};
  CHECK(core::to_hex(encode(part)) ==
        "01"
        "0000000000000007"
        "0000000000000008"
        "016d"
        "00"
        "00000000"
        "00000001"
        "62626262626262626262626262626262"
        "0000000000000009"
        "0000000000000007");
  CHECK(decode_part(encode(part)) == part);
}

TEST_CASE("s3 records that are cut, longer or of another version are not read") {
  const std::string object = encode(ObjectRecord{});
  const std::string bucket = encode(BucketRecord{});
  const std::string upload = encode(UploadRecord{});
  const std::string part = encode(PartRecord{});
  for (std::size_t cut = 0; cut < object.size(); ++cut) {
    CHECK_FALSE(decode_object(object.substr(0, cut)).has_value());
  }
  CHECK_FALSE(decode_object(object + "x").has_value());
  CHECK_FALSE(decode_bucket(bucket.substr(0, bucket.size() - 1)).has_value());
  CHECK_FALSE(decode_upload(upload.substr(0, upload.size() - 1)).has_value());
  CHECK_FALSE(decode_part(part.substr(0, part.size() - 1)).has_value());
  CHECK_FALSE(decode_object("\x02" + object.substr(1)).has_value());
  CHECK_FALSE(decode_bucket("\x02" + bucket.substr(1)).has_value());
}

}  // namespace
}  // namespace fogbank::emulators::s3
