// What a request says about who signed it: the Authorization header, or the query parameters of a
// presigned URL ("AWS Signature Version 4 for API requests", IAM User Guide). Reading proves
// nothing; sigv4.h verifies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/error.h"
#include "core/http.h"
#include "core/result.h"

namespace fogbank::aws {

enum class SignatureScheme : uint8_t {
  kNone,     // the request is unsigned
  kV4,       // AWS4-HMAC-SHA256
  kV4a,      // AWS4-ECDSA-P256-SHA256
  kV2,       // "AWS id:signature", or AWSAccessKeyId and Signature in the query
  kAws3,     // AWS3, AWS3-HTTPS
  kBearer,   // "Bearer token"
  kUnknown,  // another Authorization scheme
};
enum class SignaturePlace : uint8_t { kHeader, kQuery };

struct SignatureClaim {
  SignatureScheme scheme = SignatureScheme::kNone;
  SignaturePlace place = SignaturePlace::kHeader;
  std::string access_key_id;
  std::string date;            // of the credential scope: "20150830"
  std::string region;          // empty with V4a
  std::string service;         // signing name
  std::string signed_headers;  // "host;x-amz-date"
  std::string signature;       // hex with V4 and V4a, base64 with V2
  std::string session_token;   // empty: none
  std::string moment;          // "20150830T123600Z"
  int64_t signed_at_ms = 0;    // the same
  int64_t expires_s = 0;       // of presigned V4 requests; kPresignedSecondsMax at most
  std::string region_set;      // of V4a: "us-east-1,us-west-*"
};

// X-Amz-Expires: a week.
inline constexpr int64_t kPresignedSecondsMax = 604'800;

enum class SignatureFault : uint8_t {
  kMissing,              // unsigned, where a signature is needed
  kIncomplete,           // parts of the Authorization header are missing: `got` lists them
  kMalformedPart,        // `got` is no "name=value"
  kMalformedCredential,  // `got` has not five elements
  kMissingParameters,    // of a presigned URL
  kMalformedDate,        // X-Amz-Date or Date
  kMalformedExpires,     // not a number
  kNegativeExpires,
  kExcessiveExpires,
  kUnsupportedScheme,
  kWrongTerminator,   // `got` instead of "aws4_request"
  kWrongScopeDate,    // `got`; the request was signed at `expected`
  kWrongRegion,       // `got` instead of `expected`
  kWrongService,      // `got` instead of `expected`
  kTooOld,            // signed at `got`, the clock says `expected`
  kTooEarly,          // the same, the other way round
  kPresignedExpired,  // at `got`, the clock says `expected`
  kHostNotSigned,
  kHeadersNotSigned,  // `got` lists them
  kMismatch,          // `got` is the string to sign, `expected` the canonical request
  kUnknownAccessKey,  // `got`
  kInvalidToken,
  kExpiredToken,
  kMissingPayloadHash,  // S3 without x-amz-content-sha256
  kMalformedPayloadHash,
  kWrongPayloadHash,  // `got` was declared, `expected` computed
};

struct SignatureFailure {
  SignatureFault fault = SignatureFault::kMismatch;
  SignaturePlace place = SignaturePlace::kHeader;
  std::string got = {};
  std::string expected = {};
  std::string access_key_id = {};
  std::string signature = {};
  int64_t expires_s = 0;
};

// Services say the same things in different words and with different statuses.
enum class SignatureErrorStyle : uint8_t { kS3, kQuery, kJson };
[[nodiscard]] AwsError signature_error(const SignatureFailure& failure, SignatureErrorStyle style);

// Reads the claim. An unsigned request is a claim of scheme kNone; a scheme that is not V4 or V4a
// has no more than access_key_id, signature and session_token.
[[nodiscard]] core::Result<SignatureClaim, SignatureFailure> read_signature(
    const core::HttpRequest& request);

// The value of x-amz-content-sha256, header or query parameter.
enum class PayloadHash : uint8_t {
  kAbsent,
  kSha256,                         // 64 hex digits
  kUnsigned,                       // UNSIGNED-PAYLOAD
  kStreamingSigned,                // STREAMING-AWS4-HMAC-SHA256-PAYLOAD
  kStreamingSignedWithTrailers,    // …-TRAILER
  kStreamingUnsignedWithTrailers,  // STREAMING-UNSIGNED-PAYLOAD-TRAILER
  kStreamingV4a,                   // STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD
  kStreamingV4aWithTrailers,
  kMalformed,
};
struct PayloadClaim {
  PayloadHash kind = PayloadHash::kAbsent;
  std::string text;  // as sent
};
[[nodiscard]] PayloadClaim read_payload_hash(const core::HttpRequest& request);

// "20150830T123600Z" and back.
[[nodiscard]] std::optional<int64_t> parse_amz_date(std::string_view text);
[[nodiscard]] std::string amz_date(int64_t ms);

}  // namespace fogbank::aws
