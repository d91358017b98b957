#include "emulators/s3/conditions.h"

#include <doctest/doctest.h>

#include <string>

#include "emulators/s3/ranges.h"

namespace fogbank::emulators::s3 {
namespace {

constexpr int64_t kModifiedMs = 1'767'225'600'500;  // half a second past
constexpr int64_t kSameSecondMs = 1'767'225'600'000;

std::string code_of(const std::optional<AwsError>& error) {
  return error ? error->code : std::string();
}

TEST_CASE("s3 conditional reads: which condition decides, at equal and other tags and times") {
  const ObjectSummary object{.bytes = 1, .modified_ms = kModifiedMs, .e_tag = "abc"};
  const aws::Opt<aws::Timestamp> before = aws::Timestamp{kSameSecondMs - 1000};
  const aws::Opt<aws::Timestamp> same = aws::Timestamp{kSameSecondMs};
  struct Row {
    const char* name;
    ReadConditions conditions;
    const char* error;
  };
  const Row rows[] = {
      {"none", {}, ""},
      {"if-match equal", {.if_match = "\"abc\""}, ""},
      {"if-match without quotes", {.if_match = "abc"}, ""},
      {"if-match any", {.if_match = "*"}, ""},
      {"if-match list", {.if_match = "\"x\", \"abc\""}, ""},
      {"if-match other", {.if_match = "\"abd\""}, "PreconditionFailed"},
      {"if-none-match equal", {.if_none_match = "\"abc\""}, "NotModified"},
      {"if-none-match weak", {.if_none_match = "W/\"abc\""}, "NotModified"},
      {"if-none-match other", {.if_none_match = "\"abd\""}, ""},
      {"modified since before", {.if_modified_since = before}, ""},
      {"modified since the same second", {.if_modified_since = same}, "NotModified"},
      {"unmodified since before", {.if_unmodified_since = before}, "PreconditionFailed"},
      {"unmodified since the same second", {.if_unmodified_since = same}, ""},
      {"if-match true beats unmodified since",
       {.if_match = "abc", .if_unmodified_since = before},
       ""},
      {"if-none-match true beats modified since",
       {.if_none_match = "abd", .if_modified_since = same},
       ""},
      {"if-none-match false beats modified since",
       {.if_none_match = "abc", .if_modified_since = before},
       "NotModified"},
      {"if-match false beats if-none-match",
       {.if_match = "abd", .if_none_match = "abc"},
       "PreconditionFailed"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(code_of(check_read(row.conditions, object)) == row.error);
    // A copy has no 304.
    const bool fails = std::string_view(row.error) != "";
    CHECK(code_of(check_copy_source(row.conditions, object)) ==
          (fails ? "PreconditionFailed" : ""));
  }
}

TEST_CASE("s3 conditional writes: absent, present and changed objects") {
  const ObjectSummary object{.bytes = 1, .modified_ms = kModifiedMs, .e_tag = "abc"};
  struct Row {
    const char* name;
    WriteConditions conditions;
    const ObjectSummary* existing;
    const char* error;
  };
  const Row rows[] = {
      {"no condition", {}, &object, ""},
      {"none-match, absent", {.if_none_match = "*"}, nullptr, ""},
      {"none-match, present", {.if_none_match = "*"}, &object, "PreconditionFailed"},
      {"none-match with a tag", {.if_none_match = "\"abc\""}, nullptr, "NotImplemented"},
      {"match, equal", {.if_match = "\"abc\""}, &object, ""},
      {"match, changed", {.if_match = "\"abd\""}, &object, "PreconditionFailed"},
      {"match, absent", {.if_match = "\"abc\""}, nullptr, "NoSuchKey"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(code_of(check_write(row.conditions, "key", row.existing)) == row.error);
  }
}

TEST_CASE("s3 ranges: each form at its borders") {
  struct Row {
    const char* header;
    uint64_t object_bytes;
    RangeKind kind;
    ByteRange range;
  };
  const Row rows[] = {
      {"bytes=0-0", 10, RangeKind::kPart, {0, 1}},
      {"bytes=0-9", 10, RangeKind::kPart, {0, 10}},
      {"bytes=0-10", 10, RangeKind::kPart, {0, 10}},
      {"bytes=9-", 10, RangeKind::kPart, {9, 1}},
      {"bytes=10-", 10, RangeKind::kUnsatisfiable, {}},
      {"bytes=10-20", 10, RangeKind::kUnsatisfiable, {}},
      {"bytes=-1", 10, RangeKind::kPart, {9, 1}},
      {"bytes=-10", 10, RangeKind::kPart, {0, 10}},
      {"bytes=-11", 10, RangeKind::kPart, {0, 10}},
      {"bytes=-0", 10, RangeKind::kUnsatisfiable, {}},
      {"bytes=-5", 0, RangeKind::kUnsatisfiable, {}},
      {"bytes=0-", 0, RangeKind::kUnsatisfiable, {}},
      {"bytes=0-18446744073709551615", 10, RangeKind::kPart, {0, 10}},
      {"bytes=5-4", 10, RangeKind::kWhole, {}},
      {"bytes=0-1,4-5", 10, RangeKind::kWhole, {}},
      {"bytes=a-b", 10, RangeKind::kWhole, {}},
      {"bytes=18446744073709551616-", 10, RangeKind::kWhole, {}},
      {"bytes=", 10, RangeKind::kWhole, {}},
      {"bytes=-", 10, RangeKind::kWhole, {}},
      {"items=0-1", 10, RangeKind::kWhole, {}},
      {"", 10, RangeKind::kWhole, {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.header);
    CAPTURE(row.object_bytes);
    const RangeOutcome outcome = parse_range(row.header, row.object_bytes);
    CHECK(outcome.kind == row.kind);
    CHECK(outcome.range == row.range);
  }
  CHECK(content_range({9, 1}, 10) == "bytes 9-9/10");
}

}  // namespace
}  // namespace fogbank::emulators::s3
