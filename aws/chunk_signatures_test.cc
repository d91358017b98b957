#include "aws/chunk_signatures.h"

#include <doctest/doctest.h>

#include "aws/chunked.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

// The examples of the S3 API Reference: 65,536 and 1,024 times 'a', with and without trailer.
struct Example {
  const char* seed;
  const char* signatures[3];
};
constexpr Example kPlain = {"4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
                            {"ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
                             "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
                             "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"}};
constexpr Example kWithTrailer = {
    "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
    {"b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
     "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
     "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"}};

SignatureClaim claim_of(const Example& example) {
  const core::SecretBytes secret("unused");
  SignatureClaim claim = make_claim({"AKIAIOSFODNN7EXAMPLE", secret, "us-east-1", "s3"},
                                    *parse_amz_date("20130524T000000Z"), "host");
  claim.signature = example.seed;
  return claim;
}

SigningKey key_of(const SignatureClaim& claim) {
  return SigningKey::derive("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", claim);
}

std::string coded(const Example& example, const std::string& trailers) {
  return "10000;chunk-signature=" + std::string(example.signatures[0]) + "\r\n" +
         std::string(65'536, 'a') + "\r\n400;chunk-signature=" + example.signatures[1] + "\r\n" +
         std::string(1'024, 'a') + "\r\n0;chunk-signature=" + example.signatures[2] + "\r\n" +
         trailers + "\r\n";
}

ChunkedFault decode(const Example& example, const std::string& body) {
  const SignatureClaim claim = claim_of(example);
  ChunkSignatures signatures(key_of(claim), claim);
  ChunkedDecoder decoder(&signatures);
  constexpr std::size_t kPiece = 1'000;
  for (std::size_t at = 0; at < body.size(); at += kPiece) {
    const auto fed =
        decoder.feed(core::as_bytes(std::string_view(body).substr(at, kPiece)),
                     [](std::span<const std::byte>) -> core::Result<void> { return {}; });
    if (!fed) return decoder.fault();
  }
  CHECK(decoder.is_complete());
  return decoder.fault();
}

TEST_CASE("the documented signed uploads verify") {
  CHECK(decode(kPlain, coded(kPlain, "")) == ChunkedFault::kNone);
  const std::string trailers =
      "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:"
      "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n";
  CHECK(decode(kWithTrailer, coded(kWithTrailer, trailers)) == ChunkedFault::kNone);
}

TEST_CASE("a changed byte, a missing, swapped or cut signature is found") {
  const std::string good = coded(kPlain, "");
  struct Row {
    const char* name;
    std::size_t at;
    char to;
  };
  const Row rows[] = {{"first chunk's data", 100, 'b'},
                      {"first chunk's signature", 30, 'x'},
                      {"second chunk's data", 65'536 + 500, 'b'},
                      {"last chunk's signature", good.size() - 10, 'x'}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    std::string body = good;
    body[row.at] = row.to;
    CHECK(decode(kPlain, body) == ChunkedFault::kWrongSignature);
  }
  Example swapped = kPlain;
  std::swap(swapped.signatures[0], swapped.signatures[1]);
  CHECK(decode(kPlain, coded(swapped, "")) == ChunkedFault::kWrongSignature);
  CHECK(decode(kPlain, "5\r\nhello\r\n0\r\n\r\n") == ChunkedFault::kWrongSignature);
  CHECK(decode(kWithTrailer, coded(kWithTrailer, "x-amz-checksum-crc32c:sOO8/Q==\r\n")) ==
        ChunkedFault::kWrongSignature);
  CHECK(decode(kPlain, "zz\r\n") == ChunkedFault::kMalformed);
}

}  // namespace
}  // namespace fogbank::aws
