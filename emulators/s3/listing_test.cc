#include "emulators/s3/listing.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "emulators/s3/test_support.h"

namespace fogbank::emulators::s3 {
namespace {

// "key key | prefix prefix"
template <class Output>
std::string shown(const Output& out) {
  std::string text;
  for (const auto& object : out.contents) text += object.key.str() + " ";
  text += "|";
  for (const auto& prefix : out.common_prefixes) text += " " + prefix.prefix.str();
  return text;
}

void fill(S3Fixture& s3, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) REQUIRE(s3.put(key.c_str(), key));
}

TEST_CASE("s3 ListObjectsV2: prefix, delimiter and start") {
  S3Fixture s3;
  fill(s3, {"a", "b/1", "b/2", "b/c/3", "b0", "c--x", "c--y", "\xc3\xa4"});
  struct Row {
    const char* name;
    api::ListObjectsV2Input input;
    const char* expected;
  };
  const Row rows[] = {
      {"all", {}, "a b/1 b/2 b/c/3 b0 c--x c--y \xc3\xa4 |"},
      {"prefix", {.prefix = "b/"}, "b/1 b/2 b/c/3 |"},
      {"prefix that is a key", {.prefix = "a"}, "a |"},
      {"no match", {.prefix = "zz"}, "|"},
      {"delimiter", {.delimiter = "/"}, "a b0 c--x c--y \xc3\xa4 | b/"},
      {"prefix and delimiter", {.delimiter = "/", .prefix = "b/"}, "b/1 b/2 | b/c/"},
      {"prefix without its delimiter", {.delimiter = "/", .prefix = "b"}, "b0 | b/"},
      {"long delimiter", {.delimiter = "--"}, "a b/1 b/2 b/c/3 b0 \xc3\xa4 | c--"},
      {"empty delimiter", {.delimiter = "", .prefix = "b"}, "b/1 b/2 b/c/3 b0 |"},
      {"after a key", {.start_after = "b/2"}, "b/c/3 b0 c--x c--y \xc3\xa4 |"},
      {"after no key", {.start_after = "b/11"}, "b/2 b/c/3 b0 c--x c--y \xc3\xa4 |"},
      {"after a common prefix", {.delimiter = "/", .start_after = "b/"}, "b0 c--x c--y \xc3\xa4 |"},
      {"after a key under it",
       {.delimiter = "/", .start_after = "b/1"},
       "b0 c--x c--y \xc3\xa4 | b/"},
      {"after a key shorter than the delimiter",
       {.delimiter = "--", .start_after = "a"},
       "b/1 b/2 b/c/3 b0 \xc3\xa4 | c--"},
      {"after but before the prefix", {.prefix = "b/", .start_after = "a"}, "b/1 b/2 b/c/3 |"},
      {"after the prefix", {.prefix = "b/", .start_after = "c"}, "|"},
      {"none wished", {.max_keys = 0}, "|"},
      {"encoded", {.encoding_type = "url", .prefix = "\xc3"}, "%C3%A4 |"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    api::ListObjectsV2Input input = row.input;
    input.bucket = "bucket";
    const auto reply = s3.call(list_objects_v2, input);
    REQUIRE(reply);
    CHECK(shown(*reply) == row.expected);
    CHECK_FALSE(*reply->is_truncated);
    CHECK(*reply->key_count ==
          static_cast<int32_t>(reply->contents.size() + reply->common_prefixes.size()));
    CHECK(reply->prefix.has_value());
  }
}

TEST_CASE("s3 listings in pages of any size show everything once, in both versions") {
  S3Fixture s3;
  fill(s3, {"a", "b/1", "b/2", "c", "d/1", "d/2/x", "e", "e/1", "e/2", "f"});
  for (const char* delimiter : {"", "/"}) {
    for (int32_t page = 1; page <= 11; ++page) {
      CAPTURE(delimiter);
      CAPTURE(page);
      const auto whole = s3.call(list_objects_v2, {.bucket = "bucket", .delimiter = delimiter});
      REQUIRE(whole);
      std::string keys, prefixes, old_keys, old_prefixes;
      aws::Text token;
      do {
        const auto reply = s3.call(list_objects_v2, {.bucket = "bucket",
                                                     .delimiter = delimiter,
                                                     .max_keys = page,
                                                     .continuation_token = token});
        REQUIRE(reply);
        CHECK(*reply->key_count <= page);
        for (const auto& object : reply->contents) keys += object.key.str() + " ";
        for (const auto& prefix : reply->common_prefixes) prefixes += " " + prefix.prefix.str();
        token = reply->next_continuation_token;
        CHECK(*reply->is_truncated == token.has_value());
      } while (token);
      CHECK(keys + "|" + prefixes == shown(*whole));
      aws::Text marker;
      bool is_truncated = true;
      while (is_truncated) {
        const auto reply = s3.call(
            list_objects,
            {.bucket = "bucket", .delimiter = delimiter, .marker = marker, .max_keys = page});
        REQUIRE(reply);
        for (const auto& object : reply->contents) old_keys += object.key.str() + " ";
        for (const auto& prefix : reply->common_prefixes) {
          old_prefixes += " " + prefix.prefix.str();
        }
        is_truncated = *reply->is_truncated;
        const bool has_next = is_truncated && *delimiter != '\0';
        CHECK(reply->next_marker.has_value() == has_next);
        if (is_truncated) {
          marker = has_next ? reply->next_marker : reply->contents[reply->contents.size() - 1].key;
        }
      }
      CHECK(old_keys + "|" + old_prefixes == shown(*whole));
    }
  }
}

TEST_CASE("s3 listings tell of each object what S3 tells") {
  S3Fixture s3;
  s3.set_upload("hello");
  s3.declare(aws::HashKind::kCrc32, "hello");
  REQUIRE(s3.call(put_object, {.bucket = "bucket", .key = "k"}));
  const auto plain = s3.call(list_objects_v2, {.bucket = "bucket"});
  REQUIRE(plain);
  const api::Object& object = plain->contents[0];
  CHECK(object.e_tag == "\"5d41402abc4b2a76b9719d911017c592\"");
  CHECK(*object.size == 5);
  CHECK(object.storage_class == "STANDARD");
  CHECK(object.last_modified->ms == s3.clock.now_ms());
  CHECK(object.checksum_algorithm[0] == "CRC32");
  CHECK(object.checksum_type == "FULL_OBJECT");
  CHECK_FALSE(object.owner);
  const auto owned = s3.call(list_objects_v2, {.bucket = "bucket", .fetch_owner = true});
  CHECK(owned->contents[0].owner->id.size() == 64);
  CHECK(s3.call(list_objects, {.bucket = "bucket"})->contents[0].owner->id.size() == 64);
  const auto versions = s3.call(list_object_versions, {.bucket = "bucket"});
  REQUIRE(versions);
  CHECK(versions->versions[0].version_id == "null");
  CHECK(*versions->versions[0].is_latest);
}

TEST_CASE("s3 listings refuse what they cannot mean") {
  S3Fixture s3;
  const std::string too_long(1025, 'p');
  struct Row {
    const char* name;
    api::ListObjectsV2Input input;
    const char* error;
  };
  const Row rows[] = {
      {"no bucket", {.bucket = "absent"}, "NoSuchBucket"},
      {"negative", {.bucket = "bucket", .max_keys = -1}, "InvalidArgument"},
      {"above the page", {.bucket = "bucket", .max_keys = 1001}, ""},
      {"encoding", {.bucket = "bucket", .encoding_type = "xml"}, "InvalidArgument"},
      {"token", {.bucket = "bucket", .continuation_token = "?"}, "InvalidArgument"},
      {"empty token", {.bucket = "bucket", .continuation_token = ""}, "InvalidArgument"},
      {"token of nothing", {.bucket = "bucket", .continuation_token = "cA=="}, "InvalidArgument"},
      {"long prefix", {.bucket = "bucket", .prefix = too_long}, "KeyTooLongError"},
      {"long start", {.bucket = "bucket", .start_after = too_long}, "KeyTooLongError"},
      {"other owner",
       {.bucket = "bucket", .expected_bucket_owner = "210987654321"},
       "AccessDenied"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(error_code(s3.call(list_objects_v2, row.input)) == row.error);
  }
  CHECK(*s3.call(list_objects_v2, {.bucket = "bucket", .max_keys = 5000})->max_keys == 1000);
  CHECK(error_code(
            s3.call(list_object_versions, {.bucket = "bucket", .version_id_marker = "null"})) ==
        "InvalidArgument");
}

TEST_CASE("s3 listing bytes above 7F sorts as UTF-8 and a key at its limit is listed") {
  S3Fixture s3;
  const std::string longest(1024, '\xff');
  fill(s3, {"z", "\x7f", "\xc3\xa4", longest});
  const auto reply = s3.call(list_objects_v2, {.bucket = "bucket"});
  REQUIRE(reply);
  CHECK(shown(*reply) == "z \x7f \xc3\xa4 " + longest + " |");
  const auto after = s3.call(list_objects_v2, {.bucket = "bucket", .start_after = "\xc3\xa4"});
  CHECK(after->contents.size() == 1);
}

}  // namespace
}  // namespace fogbank::emulators::s3
