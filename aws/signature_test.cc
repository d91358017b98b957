#include "aws/signature.h"

#include <doctest/doctest.h>

#include <string>

namespace fogbank::aws {
namespace {

constexpr const char* kCredential = "Credential=AK/20150830/us-east-1/sqs/aws4_request";

struct Case {
  core::HttpRequest request;
  Case(std::string_view authorization, std::string_view query) {
    request.method = "GET";
    request.path = "/";
    request.query = query;
    request.headers.push_back({"x-amz-date", "20150830T123600Z"});
    if (!authorization.empty()) request.headers.push_back({"authorization", authorization});
  }
};

TEST_CASE("every scheme of signature is recognised") {
  struct Row {
    const char* name;
    const char* authorization;
    const char* query;
    SignatureScheme scheme;
    const char* access_key_id;
  };
  const Row rows[] = {
      {"none", "", "", SignatureScheme::kNone, ""},
      {"none with query", "", "list-type=2&prefix=X-Amz-", SignatureScheme::kNone, ""},
      {"v4",
       "AWS4-HMAC-SHA256 Credential=AK/20150830/us-east-1/sqs/aws4_request, SignedHeaders=host, "
       "Signature=00",
       "", SignatureScheme::kV4, "AK"},
      {"v4 without spaces, id with slash",
       "AWS4-HMAC-SHA256 Credential=a/b/20150830/us-east-1/sqs/aws4_request,SignedHeaders=host,"
       "Signature=00",
       "", SignatureScheme::kV4, "a/b"},
      {"v4a",
       "AWS4-ECDSA-P256-SHA256 Credential=AK/20150830/s3/aws4_request, SignedHeaders=host, "
       "Signature=00",
       "", SignatureScheme::kV4a, "AK"},
      {"v2", "AWS AK:c2ln", "", SignatureScheme::kV2, "AK"},
      {"v2 query", "", "AWSAccessKeyId=AK&Signature=c2ln%3D&Expires=1", SignatureScheme::kV2, "AK"},
      {"aws3", "AWS3-HTTPS AWSAccessKeyId=AK,Algorithm=HmacSHA256,Signature=x", "",
       SignatureScheme::kAws3, "AK"},
      {"bearer", "Bearer abc", "", SignatureScheme::kBearer, ""},
      {"other", "Basic abc", "", SignatureScheme::kUnknown, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Case c(row.authorization, row.query);
    const auto claim = read_signature(c.request);
    REQUIRE(claim.has_value());
    CHECK(claim->scheme == row.scheme);
    CHECK(claim->access_key_id == row.access_key_id);
  }
}

TEST_CASE("what cannot be read is refused in the words of the service's family") {
  struct Row {
    const char* name;
    std::string authorization;
    const char* query;
    SignatureFault fault;
    const char* s3_code;
    const char* json_code;
  };
  const std::string start = "AWS4-HMAC-SHA256 ";
  constexpr const char* kHeaderError = "AuthorizationHeaderMalformed";
  constexpr const char* kQueryError = "AuthorizationQueryParametersError";
  constexpr const char* kIncomplete = "IncompleteSignatureException";
  const std::string presigned =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK/20150830/us-east-1/s3/aws4_request&"
      "X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Signature=00&X-Amz-Expires=";
  const std::string expires_word = presigned + "x";
  const std::string expires_negative = presigned + "-1";
  const std::string expires_long = presigned + "604801";
  const Row rows[] = {
      {"nothing", start, "", SignatureFault::kIncomplete, kHeaderError, kIncomplete},
      {"no signature", start + kCredential + ", SignedHeaders=host", "",
       SignatureFault::kIncomplete, kHeaderError, kIncomplete},
      {"no value", start + "Credential", "", SignatureFault::kMalformedPart, kHeaderError,
       kIncomplete},
      {"short credential", start + "Credential=AK/x/aws4_request, SignedHeaders=h, Signature=0", "",
       SignatureFault::kMalformedCredential, kHeaderError, kIncomplete},
      {"empty id",
       start + "Credential=/20150830/us-east-1/sqs/aws4_request, SignedHeaders=h, Signature=0", "",
       SignatureFault::kMalformedCredential, kHeaderError, kIncomplete},
      {"terminator", start + "Credential=AK/d/r/s/aws3_request, SignedHeaders=h, Signature=0", "",
       SignatureFault::kWrongTerminator, kHeaderError, "InvalidSignatureException"},
      {"v2 without colon", "AWS AK", "", SignatureFault::kMalformedCredential, kHeaderError,
       kIncomplete},
      {"query without signature", "", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=x",
       SignatureFault::kMissingParameters, kQueryError, kIncomplete},
      {"query with signature only", "", "X-Amz-Signature=x", SignatureFault::kMissingParameters,
       kQueryError, kIncomplete},
      {"other algorithm", "", "X-Amz-Algorithm=AWS5", SignatureFault::kUnsupportedScheme,
       kQueryError, kIncomplete},
      {"expires word", "", expires_word.c_str(), SignatureFault::kMalformedExpires, kQueryError,
       kIncomplete},
      {"expires before", "", expires_negative.c_str(), SignatureFault::kNegativeExpires,
       kQueryError, kIncomplete},
      {"expires after a week", "", expires_long.c_str(), SignatureFault::kExcessiveExpires,
       kQueryError, kIncomplete},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Case c(row.authorization, row.query);
    const auto claim = read_signature(c.request);
    REQUIRE_FALSE(claim.has_value());
    CHECK(claim.error().fault == row.fault);
    CHECK(signature_error(claim.error(), SignatureErrorStyle::kS3).code == row.s3_code);
    CHECK(signature_error(claim.error(), SignatureErrorStyle::kJson).code == row.json_code);
  }
}

TEST_CASE("the three families have their own codes for a key, a token and a missing signature") {
  struct Row {
    SignatureFault fault;
    const char* s3;
    const char* query;
    const char* json;
  };
  const Row rows[] = {
      {SignatureFault::kUnknownAccessKey, "InvalidAccessKeyId", "InvalidClientTokenId",
       "UnrecognizedClientException"},
      {SignatureFault::kExpiredToken, "ExpiredToken", "ExpiredToken", "ExpiredTokenException"},
      {SignatureFault::kMismatch, "SignatureDoesNotMatch", "SignatureDoesNotMatch",
       "InvalidSignatureException"},
      {SignatureFault::kMissing, "AccessDenied", "MissingAuthenticationToken",
       "MissingAuthenticationTokenException"},
      {SignatureFault::kWrongPayloadHash, "XAmzContentSHA256Mismatch", "SignatureDoesNotMatch",
       "InvalidSignatureException"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.s3);
    SignatureFailure failure;
    failure.fault = row.fault;
    CHECK(signature_error(failure, SignatureErrorStyle::kS3).code == row.s3);
    CHECK(signature_error(failure, SignatureErrorStyle::kQuery).code == row.query);
    CHECK(signature_error(failure, SignatureErrorStyle::kJson).code == row.json);
    CHECK(signature_error(failure, SignatureErrorStyle::kJson).status == 400);
  }
}

TEST_CASE("the payload's claim is read from header or query") {
  struct Row {
    std::string text;
    PayloadHash kind;
  };
  const Row rows[] = {
      {std::string(64, 'a'), PayloadHash::kSha256},
      {std::string(63, 'a'), PayloadHash::kMalformed},
      {std::string(64, 'g'), PayloadHash::kMalformed},
      {"", PayloadHash::kMalformed},
      {"UNSIGNED-PAYLOAD", PayloadHash::kUnsigned},
      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", PayloadHash::kStreamingSigned},
      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", PayloadHash::kStreamingSignedWithTrailers},
      {"STREAMING-UNSIGNED-PAYLOAD-TRAILER", PayloadHash::kStreamingUnsignedWithTrailers},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    core::HttpRequest request;
    request.headers.push_back({"x-amz-content-sha256", row.text});
    CHECK(read_payload_hash(request).kind == row.kind);
    CHECK(read_payload_hash(request).text == row.text);
  }
  core::HttpRequest presigned;
  CHECK(read_payload_hash(presigned).kind == PayloadHash::kAbsent);
  presigned.query = "X-Amz-Content-Sha256=UNSIGNED-PAYLOAD";
  CHECK(read_payload_hash(presigned).kind == PayloadHash::kUnsigned);
}

TEST_CASE("AWS's basic date form is read strictly and written back") {
  CHECK(parse_amz_date("20150830T123600Z") == 1'440'938'160'000);
  CHECK(amz_date(1'440'938'160'999) == "20150830T123600Z");
  CHECK(amz_date(*parse_amz_date("20240229T235959Z")) == "20240229T235959Z");
  for (const char* text : {"", "20150830T123600", "2015-08-30T12:36Z", "20150830T1236OOZ",
                           "20150830 123600Z", "20151330T123600Z", "20150830T123600Z "}) {
    CAPTURE(text);
    CHECK_FALSE(parse_amz_date(text));
  }
}

}  // namespace
}  // namespace fogbank::aws
