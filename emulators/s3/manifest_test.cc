#include "emulators/s3/manifest.h"

#include <doctest/doctest.h>

#include <string>

#include "core/text.h"

namespace fogbank::emulators::s3 {
namespace {

Handle blob(char c) { return Handle::of(std::string(16, c)); }

// Ten bytes of blob a (from its byte 100), then four of b and three of c as part 2, then "tail".
std::string sample() {
  ManifestBuilder builder(2);
  builder.add_part(1, "AA", {.segments = {{blob('a'), 100, 10}}, .tail = {}});
  builder.add_part(5, "BB", {.segments = {{blob('b'), 0, 4}, {blob('c'), 8, 3}}, .tail = {}});
  builder.add_part(9, "CC", {.segments = {}, .tail = "tail"});
  CHECK(builder.bytes() == 21);
  CHECK(builder.segment_count() == 3);
  return builder.encode();
}

TEST_CASE("a manifest keeps parts with their numbers, ranges and checksums") {
  const std::string record = sample();
  const auto manifest = Manifest::parse(record);
  REQUIRE(manifest.has_value());
  REQUIRE(manifest->part_count() == 3);
  CHECK(manifest->part(0).number == 1);
  CHECK(manifest->part(0).range == ByteRange{0, 10});
  CHECK(manifest->part(1).number == 5);
  CHECK(manifest->part(1).range == ByteRange{10, 7});
  CHECK(manifest->part(1).checksum == "BB");
  CHECK(manifest->part(2).range == ByteRange{17, 4});
  CHECK(manifest->segment(1) == Segment{blob('b'), 0, 4});
  CHECK(manifest->segment(2) == Segment{blob('c'), 8, 3});
}

TEST_CASE("every range of a manifest is the same range of the bytes it stands for") {
  const std::string record = sample();
  const auto manifest = Manifest::parse(record);
  REQUIRE(manifest.has_value());
  const auto spelled = [](const Pieces& pieces) {
    std::string out;
    for (const Segment& segment : pieces.segments) {
      for (uint64_t i = 0; i < segment.bytes; ++i) {
        out += segment.blob.bytes[0];
        out += std::to_string(segment.offset + i) + ' ';
      }
    }
    for (const char c : pieces.tail) out += std::string("t") + c + ' ';
    return out;
  };
  std::vector<std::string> bytes;
  for (uint64_t i = 0; i < 21; ++i) {
    Pieces one;
    manifest->append_range({i, 1}, one);
    bytes.push_back(spelled(one));
  }
  CHECK(bytes[0] == "a100 ");
  CHECK(bytes[13] == "b3 ");
  CHECK(bytes[14] == "c8 ");
  CHECK(bytes[17] == "tt ");
  for (uint64_t first = 0; first < 21; ++first) {
    for (uint64_t count = 1; first + count <= 21; ++count) {
      Pieces pieces;
      manifest->append_range({first, count}, pieces);
      std::string expected;
      for (uint64_t i = 0; i < count; ++i) expected += bytes[first + i];
      REQUIRE(spelled(pieces) == expected);
    }
  }
}

TEST_CASE("a manifest has the bytes of version 1; a damaged one is not read") {
  ManifestBuilder builder(1);
  builder.add_part(2, "x", {.segments = {{blob('a'), 3, 4}}, .tail = "t"});
  CHECK(core::to_hex(builder.encode()) ==
        "01"
        "01"
        "00000001"
        "00000001"
        "00000001"
        "0002"
        "0000000000000005"
        "78"
        "61616161616161616161616161616161"
        "0000000000000003"
        "0000000000000004"
        "74");
  const std::string record = builder.encode();
  for (std::size_t cut = 0; cut < record.size(); ++cut) {
    CHECK_FALSE(Manifest::parse(record.substr(0, cut)).has_value());
  }
  CHECK_FALSE(Manifest::parse(record + "x").has_value());
  CHECK_FALSE(Manifest::parse("\x02" + record.substr(1)).has_value());
}

}  // namespace
}  // namespace fogbank::emulators::s3
