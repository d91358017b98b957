#include "aws/checksum.h"

#include <doctest/doctest.h>

#include <string>

#include "core/text.h"

namespace fogbank::aws {
namespace {

// "123456789" is the check input of the CRC catalogue; the others are of RFC 1321, 3174, 6234.
TEST_CASE("checksums of the published check inputs have the published values") {
  struct Row {
    const char* name;
    std::string input;
    const char* hex;
  };
  const Row rows[] = {
      {"CRC32", "123456789", "cbf43926"},
      {"CRC32C", "123456789", "e3069283"},
      {"CRC64NVME", "123456789", "ae8b14860a799888"},
      {"SHA1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {"SHA256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"CRC32", "", "00000000"},
      {"CRC64NVME", "", "0000000000000000"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto kind = parse_checksum_algorithm(row.name);
    REQUIRE(kind.has_value());
    CHECK(core::to_hex(hash(*kind, row.input)) == row.hex);
    CHECK(checksum_algorithm_name(*kind) == row.name);
  }
  CHECK(core::to_hex(hash(HashKind::kMd5, "abc")) == "900150983cd24fb0d6963f7d28e17f72");
}

TEST_CASE("checksum algorithm names are read in any case and unknown ones are nothing") {
  CHECK(parse_checksum_algorithm("crc64nvme") == HashKind::kCrc64Nvme);
  CHECK(parse_checksum_algorithm("XXHASH3") == std::nullopt);
  CHECK(parse_checksum_algorithm("MD5") == std::nullopt);
  CHECK(parse_checksum_algorithm("") == std::nullopt);
}

TEST_CASE("a checksum does not depend on how the bytes were cut, and two CRCs combine to one") {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i * 7 + i / 13);
  for (const HashKind kind : {HashKind::kMd5, HashKind::kCrc32, HashKind::kCrc32c,
                              HashKind::kCrc64Nvme, HashKind::kSha1, HashKind::kSha256}) {
    CAPTURE(checksum_algorithm_name(kind));
    const std::string whole = hash(kind, bytes);
    for (const std::size_t cut : {0U, 1U, 7U, 8U, 9U, 500U, 999U, 1000U}) {
      CAPTURE(cut);
      const std::string_view first = std::string_view(bytes).substr(0, cut);
      const std::string_view second = std::string_view(bytes).substr(cut);
      Hasher hasher(kind);
      hasher.update(core::as_bytes(first));
      hasher.update(core::as_bytes(second));
      CHECK(hasher.finish() == whole);
      if (hash_bytes(kind) <= 8) {
        CHECK(combine_crc(kind, hash(kind, first), hash(kind, second), second.size()) == whole);
      }
    }
  }
}

TEST_CASE("a CRC of many bytes at once is that of the same bytes one by one") {
  std::string bytes;
  for (int i = 0; i < 1500; ++i) bytes += static_cast<char>(i * 131 + i / 7);
  for (const HashKind kind : {HashKind::kCrc32, HashKind::kCrc32c, HashKind::kCrc64Nvme}) {
    CAPTURE(checksum_algorithm_name(kind));
    for (const std::size_t size :
         {0U, 15U, 16U, 63U, 64U, 255U, 256U, 257U, 319U, 320U, 321U, 512U, 1000U, 1500U}) {
      CAPTURE(size);
      // Starting at 3 makes the loads unaligned.
      const std::string_view part = std::string_view(bytes).substr(3, size);
      Hasher slow(kind);
      for (const char& c : part) slow.update(core::as_bytes({&c, 1}));
      CHECK(hash(kind, part) == slow.finish());
    }
  }
}

}  // namespace
}  // namespace fogbank::aws
