#include "aws/sigv4.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <source_location>
#include <vector>

#include "aws/checksum.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr int64_t kMoment = 1'440'938'160'000;  // 20150830T123600Z

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A request as the vectors hold it: raw bytes in the target, folded header lines.
struct ParsedRequest {
  core::HttpRequest http;
  std::string body;
};

std::unique_ptr<ParsedRequest> parse(std::string text) {
  auto out = std::make_unique<ParsedRequest>();
  core::HttpRequest& http = out->http;
  std::erase(text, '\r');
  for (std::size_t at = text.find("\n "); at != std::string::npos; at = text.find("\n ")) {
    text.replace(at, 1, " ");
  }
  const std::size_t end = std::min(text.find("\n\n"), text.size());
  out->body = text.substr(std::min(text.size(), end + 2));
  http.buffer = text.substr(0, end);
  std::string_view left = http.buffer;
  const auto take_line = [&left] {
    const std::string_view line = left.substr(0, left.find('\n'));
    left.remove_prefix(std::min(left.size(), line.size() + 1));
    return line;
  };
  const std::string_view start = take_line();
  http.method = start.substr(0, start.find(' '));
  std::string_view target = start.substr(http.method.size() + 1);
  target = target.substr(0, target.rfind(' '));
  http.path = target.substr(0, target.find('?'));
  http.has_query = http.path.size() < target.size();
  if (http.has_query) http.query = target.substr(http.path.size() + 1);
  while (!left.empty()) {
    const std::string_view line = take_line();
    const std::size_t colon = line.find(':');
    const std::string_view value = core::trim(line.substr(colon + 1));
    const std::size_t name_at = static_cast<std::size_t>(line.data() - http.buffer.data());
    for (std::size_t i = 0; i < colon; ++i) {
      http.buffer[name_at + i] = core::to_lower(http.buffer[name_at + i]);
    }
    if (line.substr(0, colon) == "host") {
      http.authority = value;
    } else {
      http.headers.push_back({line.substr(0, colon), value});
    }
  }
  return out;
}

std::vector<fs::path> vectors() {
  const fs::path here = std::source_location::current().file_name();
  std::vector<fs::path> out;
  for (const auto& entry :
       fs::recursive_directory_iterator(here.parent_path() / "testdata" / "sigv4")) {
    if (entry.path().extension() == ".req") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string body_hash(const ParsedRequest& request) {
  return core::to_hex(hash(HashKind::kSha256, request.body));
}

TEST_CASE("the published vectors verify, with their canonical requests and strings to sign") {
  const core::SecretBytes secret(kSecret);
  SigV4Verifier verifier;
  const auto files = vectors();
  CHECK(files.size() >= 33);
  for (fs::path file : files) {
    CAPTURE(file.stem().string());
    const auto request = parse(read_file(file.replace_extension(".sreq")));
    // One .sreq carries the signature of another vector; .authz has the right one in all.
    const std::string authorization = read_file(file.replace_extension(".authz"));
    std::erase_if(request->http.headers,
                  [](const core::HttpHeader& header) { return header.name == "authorization"; });
    const std::string digest = body_hash(*request);
    if (file.stem() != "post-sts-header-after") {  // whose token is not signed
      CHECK(sign_request(request->http, {"AKIDEXAMPLE", secret, "us-east-1", "service"}, digest,
                         CanonicalPath::kGeneral) == authorization);
    }
    request->http.headers.push_back({"authorization", authorization});
    const auto claim = read_signature(request->http);
    REQUIRE(claim.has_value());
    CHECK(claim->scheme == SignatureScheme::kV4);
    CHECK(claim->access_key_id == "AKIDEXAMPLE");
    const std::string canonical =
        canonical_request(request->http, *claim, digest, CanonicalPath::kGeneral);
    CHECK(canonical == read_file(file.replace_extension(".creq")));
    CHECK(string_to_sign(*claim, canonical) == read_file(file.replace_extension(".sts")));
    const auto verified =
        verifier.verify(request->http, *claim,
                        {secret, digest, CanonicalPath::kGeneral, "us-east-1", "service", kMoment});
    CHECK(verified.has_value());
  }
}

// A signed request that rows then change in one respect.
struct Signed {
  std::unique_ptr<ParsedRequest> request = parse(
      "PUT /a%20b HTTP/1.1\nHost: b.s3.amazonaws.com\nX-Amz-Date: 20150830T123600Z\n"
      "X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\nX-Amz-Acl: private\n\n");
  std::string authorization;
  core::SecretBytes secret{kSecret};

  Signed() {
    authorization = sign_request(request->http, {"AKIDEXAMPLE", secret, "us-east-1", "s3"},
                                 "UNSIGNED-PAYLOAD", CanonicalPath::kS3);
    request->http.headers.push_back({"authorization", authorization});
  }
  core::Result<SigningKey, SignatureFailure> verify(std::string_view region, int64_t now_ms,
                                                    std::string_view key = kSecret) const {
    const auto claim = read_signature(request->http);
    REQUIRE(claim.has_value());
    SigV4Verifier verifier;
    const core::SecretBytes own(key);
    return verifier.verify(request->http, *claim,
                           {own, "UNSIGNED-PAYLOAD", CanonicalPath::kS3, region, "s3", now_ms});
  }
};

TEST_CASE("what was changed after signing does not verify") {
  CHECK(Signed().verify("us-east-1", kMoment).has_value());
  Signed other_method;
  other_method.request->http.method = "GET";
  CHECK(other_method.verify("us-east-1", kMoment).error().fault == SignatureFault::kMismatch);
  Signed other_path;
  other_path.request->http.path = "/a%20c";
  CHECK(other_path.verify("us-east-1", kMoment).error().fault == SignatureFault::kMismatch);
  Signed other_query;
  other_query.request->http.query = "acl";
  CHECK(other_query.verify("us-east-1", kMoment).error().fault == SignatureFault::kMismatch);
  Signed other_host;
  other_host.request->http.authority = "c.s3.amazonaws.com";
  CHECK(other_host.verify("us-east-1", kMoment).error().fault == SignatureFault::kMismatch);
  Signed other_header;
  other_header.request->http.headers[2].value = "public-read";
  CHECK(other_header.verify("us-east-1", kMoment).error().fault == SignatureFault::kMismatch);
  Signed added_header;
  added_header.request->http.headers.push_back({"x-amz-tagging", "a=b"});
  const auto refused = added_header.verify("us-east-1", kMoment);
  CHECK(refused.error().fault == SignatureFault::kHeadersNotSigned);
  CHECK(refused.error().got == "x-amz-tagging");
  CHECK(Signed().verify("us-east-1", kMoment, "other").error().fault == SignatureFault::kMismatch);
}

TEST_CASE("the same path in another encoding is the same to S3") {
  Signed upload;
  upload.request->http.path = "/%61 b";
  CHECK(upload.verify("us-east-1", kMoment).has_value());
}

TEST_CASE("a request is good a quarter of an hour before and after its time") {
  constexpr int64_t kSkew = SigV4Verifier::kSkewMsMax;
  const Signed upload;
  CHECK(upload.verify("us-east-1", kMoment + kSkew).has_value());
  CHECK(upload.verify("us-east-1", kMoment - kSkew).has_value());
  const auto old = upload.verify("us-east-1", kMoment + kSkew + 1);
  CHECK(old.error().fault == SignatureFault::kTooOld);
  CHECK(upload.verify("us-east-1", kMoment - kSkew - 1).error().fault == SignatureFault::kTooEarly);
  CHECK(signature_error(old.error(), SignatureErrorStyle::kS3).code == "RequestTimeTooSkewed");
  CHECK(signature_error(old.error(), SignatureErrorStyle::kQuery).message ==
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123600Z "
        "(20150830T125100Z - 15 min.)");
}

TEST_CASE("S3 names the region that it expects") {
  const auto refused = Signed().verify("eu-west-1", kMoment);
  REQUIRE(refused.error().fault == SignatureFault::kWrongRegion);
  const AwsError error = signature_error(refused.error(), SignatureErrorStyle::kS3);
  CHECK(error.code == "AuthorizationHeaderMalformed");
  CHECK(error.message ==
        "The authorization header is malformed; the region 'us-east-1' is wrong; expecting "
        "'eu-west-1'");
  CHECK(error.details.front().second == "eu-west-1");
}

// The presigned GET of "Authenticating Requests: Using Query Parameters", S3 API Reference.
constexpr std::string_view kDocumentedUrl =
    "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F"
    "20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&"
    "X-Amz-SignedHeaders=host&X-Amz-Signature="
    "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404 HTTP/1.1\n"
    "Host: examplebucket.s3.amazonaws.com\n\n";

TEST_CASE("the presigned URL of AWS's documentation verifies until it expires") {
  constexpr int64_t kSigned = 1'369'353'600'000;  // 20130524T000000Z
  const auto request = parse(std::string(kDocumentedUrl));
  const auto claim = read_signature(request->http);
  REQUIRE(claim.has_value());
  CHECK(claim->place == SignaturePlace::kQuery);
  CHECK(claim->expires_s == 86'400);
  const core::SecretBytes secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  SigV4Verifier verifier;
  const auto verify = [&](int64_t now_ms) {
    return verifier.verify(
        request->http, *claim,
        {secret, "UNSIGNED-PAYLOAD", CanonicalPath::kS3, "us-east-1", "s3", now_ms});
  };
  CHECK(verify(kSigned).has_value());
  CHECK(verify(kSigned + 86'400'000).has_value());
  const auto late = verify(kSigned + 86'400'001);
  REQUIRE(late.error().fault == SignatureFault::kPresignedExpired);
  const AwsError error = signature_error(late.error(), SignatureErrorStyle::kS3);
  CHECK(error.code == "AccessDenied");
  CHECK(error.message == "Request has expired");
  CHECK(error.details[1].second == "2013-05-25T00:00:00Z");
}

TEST_CASE("a verifier keeps keys apart that differ in scope or secret") {
  SigV4Verifier verifier;
  const core::SecretBytes first(kSecret);
  const core::SecretBytes second("another secret");
  for (int round = 0; round < 2; ++round) {
    for (const core::SecretBytes* secret : {&first, &second}) {
      for (const std::string_view region : {"us-east-1", "eu-west-1"}) {
        const auto request = parse("GET / HTTP/1.1\nHost: h\nX-Amz-Date: 20150830T123600Z\n\n");
        const std::string authorization = sign_request(
            request->http, {"AK", *secret, region, "sqs"}, "hash", CanonicalPath::kGeneral);
        request->http.headers.push_back({"authorization", authorization});
        const auto claim = read_signature(request->http);
        REQUIRE(claim.has_value());
        CHECK(verifier
                  .verify(request->http, *claim,
                          {*secret, "hash", CanonicalPath::kGeneral, region, "sqs", kMoment})
                  .has_value());
      }
    }
  }
}

}  // namespace
}  // namespace fogbank::aws
