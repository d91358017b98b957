#include "aws/chunked.h"

#include <doctest/doctest.h>

#include "core/text.h"

namespace fogbank::aws {
namespace {

struct Decoded {
  bool is_good = true;
  bool is_complete = false;
  std::string data;
  std::vector<std::pair<std::string, std::string>> trailers;
};

Decoded decode(std::string_view coded, std::size_t piece_bytes) {
  ChunkedDecoder decoder;
  Decoded out;
  for (std::size_t at = 0; at < coded.size(); at += piece_bytes) {
    const auto fed = decoder.feed(core::as_bytes(coded.substr(at, piece_bytes)),
                                  [&](std::span<const std::byte> data) -> core::Result<void> {
                                    out.data += core::as_text(data);
                                    return {};
                                  });
    if (!fed) {
      out.is_good = false;
      return out;
    }
  }
  out.is_complete = decoder.is_complete();
  out.trailers = decoder.trailers();
  return out;
}

TEST_CASE("aws-chunked bodies decode to the same however they are cut") {
  const std::string signature(64, 'a');
  const std::string coded =
      "5;chunk-signature=" + signature + "\r\nhello\r\nA\r\n, world!!!\r\n" +
      "0;chunk-signature=" + signature +
      "\r\nx-amz-checksum-crc32:AAAAAA==\r\nX-Amz-Trailer-Signature: b\r\n\r\n";
  for (std::size_t piece = 1; piece <= coded.size(); ++piece) {
    CAPTURE(piece);
    const Decoded out = decode(coded, piece);
    CHECK(out.is_good);
    CHECK(out.is_complete);
    CHECK(out.data == "hello, world!!!");
    REQUIRE(out.trailers.size() == 2);
    CHECK(out.trailers[0].first == "x-amz-checksum-crc32");
    CHECK(out.trailers[0].second == "AAAAAA==");
    CHECK(out.trailers[1].first == "x-amz-trailer-signature");
  }
}

TEST_CASE("aws-chunked bodies that are cut short are not complete") {
  const std::string coded = "5\r\nhello\r\n0\r\n\r\n";
  for (std::size_t bytes = 0; bytes < coded.size(); ++bytes) {
    CAPTURE(bytes);
    const Decoded out = decode(coded.substr(0, bytes), 3);
    CHECK(out.is_good);
    CHECK_FALSE(out.is_complete);
  }
}

TEST_CASE("aws-chunked bodies with wrong framing are refused") {
  const std::string rows[] = {"x\r\n",
                              "\r\n",
                              "5\nhello",
                              "5\r\nhelloX\r\n",
                              "0\r\n\r\nmore",
                              "-1\r\n",
                              "11111111111111111\r\n",
                              "0\r\nnovalue\r\n\r\n",
                              std::string(ChunkedDecoder::kLineBytesMax + 1, '0')};
  for (const auto& row : rows) {
    CAPTURE(row);
    CHECK_FALSE(decode(row, 7).is_good);
  }
}

}  // namespace
}  // namespace fogbank::aws
