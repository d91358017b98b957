#include "emulators/s3/tagging.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "emulators/s3/limits.h"
#include "emulators/s3/test_support.h"

namespace fogbank::emulators::s3 {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

api::Tagging tagging_of(S3Fixture& s3, const Pairs& pairs) {
  api::Tagging tagging{.tag_set = aws::List<api::Tag>::make(s3.arena())};
  for (const auto& [key, value] : pairs) {
    tagging.tag_set.append(s3.arena(),
                           {.key = s3.arena().copy(key), .value = s3.arena().copy(value)});
  }
  return tagging;
}

Pairs numbered(std::size_t count) {
  Pairs pairs;
  for (std::size_t i = 0; i < count; ++i) pairs.emplace_back("k" + std::to_string(i), "v");
  return pairs;
}

std::string put_on_object(S3Fixture& s3, const Pairs& pairs) {
  api::Tagging tagging = tagging_of(s3, pairs);
  return error_code(
      s3.call(put_object_tagging,
              {.bucket = "bucket", .key = "k", .tagging = aws::Ptr<api::Tagging>(&tagging)}));
}
std::string put_on_bucket(S3Fixture& s3, const Pairs& pairs) {
  api::Tagging tagging = tagging_of(s3, pairs);
  return error_code(s3.call(put_bucket_tagging,
                            {.bucket = "bucket", .tagging = aws::Ptr<api::Tagging>(&tagging)}));
}

TEST_CASE("s3 tags of an object are set as a whole, read and removed; its bytes stay") {
  S3Fixture s3;
  REQUIRE(s3.put("k", "x", {.tagging = "old=1"}));
  CHECK(put_on_object(s3, {{"a", "1"}, {"b", ""}}) == "");
  const auto tags = s3.call(get_object_tagging, {.bucket = "bucket", .key = "k"});
  REQUIRE(tags);
  REQUIRE(tags->tag_set.size() == 2);
  CHECK(tags->tag_set[0].key == "a");
  CHECK(tags->tag_set[1].value == "");
  REQUIRE(s3.call(delete_object_tagging, {.bucket = "bucket", .key = "k"}));
  const auto none = s3.call(get_object_tagging, {.bucket = "bucket", .key = "k"});
  CHECK(none->tag_set.empty());
  CHECK(none->tag_set.has_value());
  CHECK(s3.get("k") == "x");
  CHECK(error_code(s3.call(get_object_tagging, {.bucket = "bucket", .key = "absent"})) ==
        "NoSuchKey");
}

TEST_CASE("s3 tags of a bucket; without any there is no tag set") {
  S3Fixture s3;
  CHECK(error_code(s3.call(get_bucket_tagging, {.bucket = "bucket"})) == "NoSuchTagSet");
  CHECK(put_on_bucket(s3, {{"a", "1"}}) == "");
  CHECK(s3.status == 204);
  CHECK(s3.call(get_bucket_tagging, {.bucket = "bucket"})->tag_set[0].value == "1");
  REQUIRE(s3.call(delete_bucket_tagging, {.bucket = "bucket"}));
  CHECK(error_code(s3.call(get_bucket_tagging, {.bucket = "bucket"})) == "NoSuchTagSet");
}

TEST_CASE("s3 tags at their limits") {
  const std::string character = "\xc3\xa4";  // two bytes
  const auto repeated = [&](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += character;
    return text;
  };
  struct Row {
    const char* name;
    Pairs pairs;
    const char* on_object;
    const char* on_bucket;
  };
  const Row rows[] = {
      {"9", numbered(9), "", ""},
      {"10", numbered(10), "", ""},
      {"11", numbered(11), "BadRequest", ""},
      {"50", numbered(50), "BadRequest", ""},
      {"51", numbered(51), "BadRequest", "BadRequest"},
      {"key of 128", {{repeated(128), ""}}, "", ""},
      {"key of 129", {{repeated(129), ""}}, "InvalidTag", "InvalidTag"},
      {"value of 256", {{"k", repeated(256)}}, "", ""},
      {"value of 257", {{"k", repeated(257)}}, "InvalidTag", "InvalidTag"},
      {"empty key", {{"", "v"}}, "InvalidTag", "InvalidTag"},
      {"twice", {{"k", "1"}, {"k", "2"}}, "InvalidTag", "InvalidTag"},
      {"of the system", {{"aws:k", "1"}}, "InvalidTag", "InvalidTag"},
  };
  S3Fixture s3;
  REQUIRE(s3.put("k", "x"));
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(put_on_object(s3, row.pairs) == row.on_object);
    CHECK(put_on_bucket(s3, row.pairs) == row.on_bucket);
  }
}

}  // namespace
}  // namespace fogbank::emulators::s3
