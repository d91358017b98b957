// The words of AWS's services for signatures that they refuse.
#include "aws/checksum.h"
#include "aws/signature.h"
#include "aws/timestamp.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

constexpr int kForbidden = 403;

std::string iso(int64_t ms) {
  std::string out;
  append_iso8601(Timestamp{ms}, Fraction::kWhenNotZero, out);
  return out;
}
std::string iso(std::string_view amz) {
  const auto ms = parse_amz_date(amz);
  return ms ? iso(*ms) : std::string(amz);
}

std::string spaced_hex(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i != 0) out += ' ';
    out += core::to_hex(text.substr(i, 1));
  }
  return out;
}

AwsError s3_mismatch(const SignatureFailure& failure) {
  return {"SignatureDoesNotMatch",
          "The request signature we calculated does not match the signature you provided. Check "
          "your key and signing method.",
          kForbidden,
          {{"AWSAccessKeyId", failure.access_key_id},
           {"StringToSign", failure.got},
           {"SignatureProvided", failure.signature},
           {"StringToSignBytes", spaced_hex(failure.got)},
           {"CanonicalRequest", failure.expected},
           {"CanonicalRequestBytes", spaced_hex(failure.expected)}}};
}

// Malformed: the same fault has one code for the header and another for the query.
AwsError s3_malformed(const SignatureFailure& failure, const std::string& what) {
  if (failure.place == SignaturePlace::kQuery) {
    return {"AuthorizationQueryParametersError",
            "Error parsing the X-Amz-Credential parameter; " + what, 400};
  }
  return {"AuthorizationHeaderMalformed", "The authorization header is malformed; " + what, 400};
}

AwsError s3_query(const std::string& message) {
  return {"AuthorizationQueryParametersError", message, 400};
}

AwsError s3_time(const SignatureFailure& failure) {
  if (failure.fault == SignatureFault::kPresignedExpired) {
    return {"AccessDenied",
            "Request has expired",
            kForbidden,
            {{"X-Amz-Expires", std::to_string(failure.expires_s)},
             {"Expires", iso(failure.got)},
             {"ServerTime", iso(failure.expected)}}};
  }
  if (failure.place == SignaturePlace::kQuery) {
    return {"AccessDenied", "Request is not yet valid", kForbidden};
  }
  return {"RequestTimeTooSkewed",
          "The difference between the request time and the current time is too large.",
          kForbidden,
          {{"RequestTime", failure.got},
           {"ServerTime", iso(failure.expected)},
           {"MaxAllowedSkewMilliseconds", "900000"}}};
}

AwsError s3_payload(const SignatureFailure& failure) {
  switch (failure.fault) {
    case SignatureFault::kMissingPayloadHash:
      return {"InvalidRequest", "Missing required header for this request: x-amz-content-sha256",
              400};
    case SignatureFault::kMalformedPayloadHash:
      return {"InvalidArgument",
              "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
              "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
              "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, "
              "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
              400,
              {{"ArgumentName", "x-amz-content-sha256"}, {"ArgumentValue", failure.got}}};
    default:
      return {"XAmzContentSHA256Mismatch",
              "The provided 'x-amz-content-sha256' header does not match what was computed.",
              400,
              {{"ClientComputedContentSHA256", failure.got},
               {"S3ComputedContentSHA256", failure.expected}}};
  }
}

// What cannot be read.
AwsError s3_unreadable(const SignatureFailure& failure) {
  using enum SignatureFault;
  switch (failure.fault) {
    case kIncomplete:
    case kMalformedPart:
      return s3_malformed(failure,
                          "the authorization component \"" + failure.got + "\" is malformed.");
    case kMalformedCredential:
      return s3_malformed(failure,
                          "the Credential is mal-formed; expecting "
                          "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
    case kMissingParameters:
      return s3_query(
          "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
          "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
    case kMalformedDate:
      if (failure.place == SignaturePlace::kQuery) {
        return s3_query("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
      }
      return {"AccessDenied", "AWS authentication requires a valid Date or x-amz-date header",
              kForbidden};
    case kMalformedExpires:
      return s3_query("X-Amz-Expires should be a number");
    case kNegativeExpires:
      return s3_query("X-Amz-Expires must be non-negative");
    case kExcessiveExpires:
      return s3_query(
          "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
          "must be less than 604800 seconds");
    default:
      break;
  }
  if (failure.place == SignaturePlace::kQuery) {
    return s3_query(
        "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"");
  }
  return {"InvalidRequest",
          "The authorization mechanism you have provided is not supported. Please use "
          "AWS4-HMAC-SHA256.",
          400};
}

// A scope that is not this endpoint's.
AwsError s3_wrong_scope(const SignatureFailure& failure) {
  using enum SignatureFault;
  if (failure.fault == kWrongTerminator) {
    return s3_malformed(failure, "incorrect terminal \"" + failure.got +
                                     "\". This endpoint uses \"aws4_request\".");
  }
  if (failure.fault == kWrongScopeDate) {
    return s3_malformed(failure, "Invalid credential date \"" + failure.got +
                                     "\". This date is not the same as X-Amz-Date: \"" +
                                     failure.expected.substr(0, 8) + "\".");
  }
  if (failure.fault == kWrongService) {
    return s3_malformed(failure, "incorrect service \"" + failure.got +
                                     "\". This endpoint belongs to \"" + failure.expected + "\".");
  }
  AwsError error = s3_malformed(
      failure, "the region '" + failure.got + "' is wrong; expecting '" + failure.expected + "'");
  error.details = {{"Region", failure.expected}};
  return error;
}

AwsError s3_error(const SignatureFailure& failure) {
  using enum SignatureFault;
  switch (failure.fault) {
    case kMissing:
      return {"AccessDenied", "Access Denied", kForbidden};
    case kWrongTerminator:
    case kWrongScopeDate:
    case kWrongRegion:
    case kWrongService:
      return s3_wrong_scope(failure);
    case kTooOld:
    case kTooEarly:
    case kPresignedExpired:
      return s3_time(failure);
    case kHostNotSigned:
    case kHeadersNotSigned:
      return {"AccessDenied",
              "There were headers present in the request which were not signed",
              kForbidden,
              {{"HeadersNotSigned", failure.got}}};
    case kMismatch:
      return s3_mismatch(failure);
    case kUnknownAccessKey:
      return {"InvalidAccessKeyId",
              "The AWS Access Key Id you provided does not exist in our records.",
              kForbidden,
              {{"AWSAccessKeyId", failure.got}}};
    case kInvalidToken:
      return {"InvalidToken", "The provided token is malformed or otherwise invalid.", 400};
    case kExpiredToken:
      return {"ExpiredToken", "The provided token has expired.", 400};
    case kMissingPayloadHash:
    case kMalformedPayloadHash:
    case kWrongPayloadHash:
      return s3_payload(failure);
    default:
      return s3_unreadable(failure);
  }
}

// Codes of the query and the json family for one kind of fault.
struct Code {
  std::string_view query, json;
};
constexpr Code kIncompleteCode{"IncompleteSignature", "IncompleteSignatureException"};
constexpr Code kMismatchCode{"SignatureDoesNotMatch", "InvalidSignatureException"};
constexpr Code kUnknownKeyCode{"InvalidClientTokenId", "UnrecognizedClientException"};
constexpr Code kMissingCode{"MissingAuthenticationToken", "MissingAuthenticationTokenException"};
constexpr Code kExpiredCode{"ExpiredToken", "ExpiredTokenException"};

AwsError error(const Code& code, SignatureErrorStyle style, std::string message) {
  const bool is_query = style == SignatureErrorStyle::kQuery;
  // The json services answer 400 to everything; the query services 403, but 400 when incomplete.
  const int status = is_query && code.query != kIncompleteCode.query ? kForbidden : 400;
  return {std::string(is_query ? code.query : code.json), std::move(message), status};
}

std::string incomplete_message(const SignatureFailure& failure) {
  std::string message;
  std::string_view parts = failure.got;
  while (!parts.empty()) {
    const std::string_view part = parts.substr(0, parts.find(' '));
    parts.remove_prefix(std::min(parts.size(), part.size() + 1));
    if (part.empty()) continue;
    message += part == "Date"
                   ? "Authorization header requires existence of either a 'X-Amz-Date' or a "
                     "'Date' header. "
                   : "Authorization header requires '" + std::string(part) + "' parameter. ";
  }
  return message + "(Hashed with SHA-256 and encoded with Base64) Authorization=" +
         core::to_base64(hash(HashKind::kSha256, failure.signature));
}

std::string time_message(const SignatureFailure& failure) {
  constexpr int64_t kSkewMs = 15 * 60 * 1000;
  const int64_t now_ms = parse_amz_date(failure.expected).value_or(0);
  if (failure.fault == SignatureFault::kTooEarly) {
    return "Signature not yet current: " + failure.got + " is still later than " +
           amz_date(now_ms + kSkewMs) + " (" + failure.expected + " + 15 min.)";
  }
  if (failure.fault == SignatureFault::kPresignedExpired) {
    return "Signature expired: " + failure.got + " is now earlier than " + failure.expected;
  }
  return "Signature expired: " + failure.got + " is now earlier than " +
         amz_date(now_ms - kSkewMs) + " (" + failure.expected + " - 15 min.)";
}

std::string malformed_message(const SignatureFailure& failure) {
  using enum SignatureFault;
  switch (failure.fault) {
    case kIncomplete:
      return incomplete_message(failure);
    case kMalformedPart:
      return "'" + failure.got +
             "' not a valid key=value pair (missing equal-sign) in Authorization header";
    case kMalformedCredential:
      return "Credential must have exactly 5 slash-delimited elements, e.g. "
             "keyid/date/region/service/term, got '" +
             failure.got + "'";
    case kMissingParameters:
      return "AWS query-string parameters must include 'X-Amz-Algorithm', 'X-Amz-Credential', "
             "'X-Amz-Date', 'X-Amz-SignedHeaders' and 'X-Amz-Signature'. Re-examine the "
             "query-string parameters.";
    case kMalformedDate:
      return "Date must be in ISO-8601 'basic format'. Got '" + failure.got +
             "'. See http://en.wikipedia.org/wiki/ISO_8601";
    case kMalformedExpires:
    case kNegativeExpires:
    case kExcessiveExpires:
      return "X-Amz-Expires must be a number of seconds between 0 and 604800, got '" + failure.got +
             "'";
    default:
      return "Unsupported AWS 'algorithm': '" + failure.got + "'.";
  }
}

std::string refused_message(const SignatureFailure& failure) {
  using enum SignatureFault;
  switch (failure.fault) {
    case kWrongTerminator:
      return "Credential should be scoped with a valid terminator: 'aws4_request', not '" +
             failure.got + "'.";
    case kWrongScopeDate:
      return "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
             "from HTTP: '" +
             failure.got + "' != '" + failure.expected.substr(0, 8) + "', from '" +
             failure.expected + "'.";
    case kWrongRegion:
      return "Credential should be scoped to a valid region, not '" + failure.got + "'. ";
    case kWrongService:
      return "Credential should be scoped to correct service: '" + failure.expected + "'. ";
    case kTooOld:
    case kTooEarly:
    case kPresignedExpired:
      return time_message(failure);
    case kHostNotSigned:
      return "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    case kHeadersNotSigned:
      return "'" + failure.got + "' must be a 'SignedHeader' in the AWS Authorization.";
    case kWrongPayloadHash:
    case kMissingPayloadHash:
    case kMalformedPayloadHash:
      return "The value of 'x-amz-content-sha256' does not match the request's body.";
    default:
      return "The request signature we calculated does not match the signature you provided. "
             "Check your AWS Secret Access Key and signing method. Consult the service "
             "documentation for details.";
  }
}

AwsError service_error(const SignatureFailure& failure, SignatureErrorStyle style) {
  using enum SignatureFault;
  switch (failure.fault) {
    case kMissing:
      return error(kMissingCode, style,
                   style == SignatureErrorStyle::kQuery ? "Request is missing Authentication Token"
                                                        : "Missing Authentication Token");
    case kIncomplete:
    case kMalformedPart:
    case kMalformedCredential:
    case kMissingParameters:
    case kMalformedDate:
    case kMalformedExpires:
    case kNegativeExpires:
    case kExcessiveExpires:
    case kUnsupportedScheme:
      return error(kIncompleteCode, style, malformed_message(failure));
    case kUnknownAccessKey:
    case kInvalidToken:
      return error(kUnknownKeyCode, style,
                   "The security token included in the request is invalid.");
    case kExpiredToken:
      return error(kExpiredCode, style, "The security token included in the request is expired");
    default:
      return error(kMismatchCode, style, refused_message(failure));
  }
}

}  // namespace

AwsError signature_error(const SignatureFailure& failure, SignatureErrorStyle style) {
  return style == SignatureErrorStyle::kS3 ? s3_error(failure) : service_error(failure, style);
}

}  // namespace fogbank::aws
