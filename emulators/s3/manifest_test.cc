#include "emulators/s3/manifest.h"

#include <doctest/doctest.h>

#include <string>

#include "core/text.h"

namespace fogbank::emulators::s3 {
namespace {

Handle blob(char c) { return Handle::of(std::string(16, c)); }

// Ten bytes of blob a (from its byte 100), then four of b, "in" and three of c as part 5, "tail".
std::string sample() {
  ManifestBuilder builder;
  builder.add_part(1, "AA", {.segments = {{blob('a'), 100, 10}}});
  builder.add_part(
      5, "BB",
      {.segments = {{blob('b'), 0, 4}, {{}, 1, 2}, {blob('c'), 8, 3}}, .inline_bytes = "-in-"});
  builder.add_part(9, "CC", {.segments = {{{}, 0, 4}}, .inline_bytes = "tail"});
  CHECK(builder.bytes() == 23);
  CHECK(builder.segment_count() == 5);
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
  CHECK(manifest->part(1).range == ByteRange{10, 9});
  CHECK(manifest->part(1).checksum == "BB");
  CHECK(manifest->part(2).range == ByteRange{19, 4});
  CHECK(manifest->segment(1) == Segment{blob('b'), 0, 4});
  CHECK(manifest->segment(3) == Segment{blob('c'), 8, 3});
}

TEST_CASE("every range of a manifest is the same range of the bytes it stands for") {
  const std::string record = sample();
  const auto manifest = Manifest::parse(record);
  REQUIRE(manifest.has_value());
  const auto spelled = [](const Pieces& pieces) {
    std::string out;
    for (const Segment& segment : pieces.segments) {
      for (uint64_t i = 0; i < segment.bytes; ++i) {
        if (segment.is_inline()) {
          out += std::string("=") + pieces.inline_bytes[segment.offset + i] + ' ';
        } else {
          out += segment.blob.bytes[0] + std::to_string(segment.offset + i) + ' ';
        }
      }
    }
    return out;
  };
  std::vector<std::string> bytes;
  for (uint64_t i = 0; i < 23; ++i) {
    Pieces one;
    manifest->append_range({i, 1}, one);
    bytes.push_back(spelled(one));
  }
  CHECK(bytes[0] == "a100 ");
  CHECK(bytes[13] == "b3 ");
  CHECK(bytes[14] == "=i ");
  CHECK(bytes[16] == "c8 ");
  CHECK(bytes[19] == "=t ");
  for (uint64_t first = 0; first < 23; ++first) {
    for (uint64_t count = 1; first + count <= 23; ++count) {
      Pieces pieces;
      manifest->append_range({first, count}, pieces);
      std::string expected;
      for (uint64_t i = 0; i < count; ++i) expected += bytes[first + i];
      REQUIRE(spelled(pieces) == expected);
    }
  }
}

TEST_CASE("a manifest has the bytes of version 1; a damaged one is not read") {
  ManifestBuilder builder;
  builder.add_part(2, "x", {.segments = {{blob('a'), 3, 4}, {{}, 0, 1}}, .inline_bytes = "t"});
  CHECK(core::to_hex(builder.encode()) ==
        "01"
        "01"
        "00000001"
        "00000002"
        "00000001"
        "0002"
        "0000000000000005"
        "78"
        "61616161616161616161616161616161"
        "0000000000000003"
        "0000000000000004"
        "00000000000000000000000000000000"
        "0000000000000000"
        "0000000000000005"
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
