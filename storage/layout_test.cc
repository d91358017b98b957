#include "storage/layout.h"

#include <doctest/doctest.h>

#include <string>

namespace fogbank::storage {
namespace {

using namespace std::string_literals;

TEST_CASE("record keys have the bytes that layout 1 promises") {
  CHECK(RecordKey(Space::kMeta, "layout").view() == "\1layout");
  CHECK(RecordKey::in_level(kRootLevel, "k").view() == "\x10k");
  CHECK(RecordKey::in_level(258, "k").view() == "\x11\0\0\0\0\0\0\1\2k"s);
  const std::string segment(kSegmentBytes, 's');
  CHECK(RecordKey::marker(kRootLevel, segment).view() == "\x10" + segment + "\0"s);
}

TEST_CASE("a record's key tells its level, its rest and whether it is a marker") {
  const std::string segment(kSegmentBytes, 's');
  const RecordKey plain_key = RecordKey::in_level(7, segment);
  const auto plain = entry_in_level(7, plain_key.view());
  REQUIRE(plain);
  CHECK(plain->rest == segment);
  CHECK_FALSE(plain->is_marker);
  const RecordKey marker_key = RecordKey::marker(7, segment);
  const auto marker = entry_in_level(7, marker_key.view());
  REQUIRE(marker);
  CHECK(marker->rest == segment);
  CHECK(marker->is_marker);
  CHECK_FALSE(entry_in_level(8, RecordKey::in_level(7, "k").view()));
  CHECK_FALSE(entry_in_level(kRootLevel, RecordKey(Space::kMeta, "layout").view()));
}

TEST_CASE("numbers sort by their bytes and other lengths are not numbers") {
  CHECK(as_view(encode_number(255)) < as_view(encode_number(256)));
  CHECK(decode_number(as_view(encode_number(0xFFEE'DDCC'BBAA'0099))) == 0xFFEE'DDCC'BBAA'0099);
  CHECK_FALSE(decode_number("1234567"));
  CHECK_FALSE(decode_number("123456789"));
}

}  // namespace
}  // namespace fogbank::storage
