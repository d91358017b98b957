#include "aws/signature.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "aws/service_router.h"
#include "aws/timestamp.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

using Claim = core::Result<SignatureClaim, SignatureFailure>;

constexpr std::string_view kV4 = "AWS4-HMAC-SHA256";
constexpr std::string_view kV4a = "AWS4-ECDSA-P256-SHA256";
constexpr std::string_view kTerminator = "aws4_request";

SignatureFailure failure(SignatureFault fault, SignaturePlace place, std::string_view got = {}) {
  SignatureFailure out;
  out.fault = fault;
  out.place = place;
  out.got = got;
  return out;
}

std::string parameter(const core::HttpRequest& request, std::string_view name) {
  return core::percent_decode(raw_parameter(request.query, name), core::Plus::kSpace);
}

// "id/20150830/us-east-1/sqs/aws4_request"; without the region with V4a. The id itself may hold
// slashes, so the elements are taken from the end.
core::Result<void, SignatureFailure> read_credential(std::string_view credential,
                                                     SignatureClaim& claim) {
  std::string_view left = credential;
  std::array<std::string_view, 4> elements;  // terminator, service, region, date
  const std::size_t count = claim.scheme == SignatureScheme::kV4a ? 3 : 4;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t slash = left.rfind('/');
    if (slash == std::string_view::npos) {
      return failure(SignatureFault::kMalformedCredential, claim.place, credential);
    }
    elements[i] = left.substr(slash + 1);
    left = left.substr(0, slash);
  }
  if (left.empty()) return failure(SignatureFault::kMalformedCredential, claim.place, credential);
  if (elements[0] != kTerminator) {
    return failure(SignatureFault::kWrongTerminator, claim.place, elements[0]);
  }
  claim.access_key_id = left;
  claim.service = elements[1];
  if (count == 4) claim.region = elements[2];
  claim.date = elements[count - 1];
  return {};
}

core::Result<void, SignatureFailure> read_moment(std::string_view text, SignatureClaim& claim) {
  const auto moment = parse_amz_date(text);
  if (!moment) return failure(SignatureFault::kMalformedDate, claim.place, text);
  claim.moment = text;
  claim.signed_at_ms = *moment;
  return {};
}

core::Result<void, SignatureFailure> read_header_moment(const core::HttpRequest& request,
                                                        SignatureClaim& claim) {
  if (const auto date = request.header("x-amz-date")) return read_moment(*date, claim);
  const std::string_view date = request.header("date").value_or("");
  if (parse_amz_date(date)) return read_moment(date, claim);
  const auto moment = parse_timestamp(date);
  if (!moment) return failure(SignatureFault::kMalformedDate, claim.place, date);
  return read_moment(amz_date(moment->ms), claim);
}

// The "name=value" parts behind the scheme, separated by commas or spaces.
core::Result<void, SignatureFailure> read_parts(std::string_view parts, SignatureClaim& claim,
                                                std::string& credential) {
  while (!parts.empty()) {
    const std::size_t end = std::min(parts.find_first_of(", \t"), parts.size());
    const std::string_view part = parts.substr(0, end);
    parts.remove_prefix(std::min(parts.size(), end + 1));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      return failure(SignatureFault::kMalformedPart, claim.place, part);
    }
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = part.substr(equals + 1);
    if (name == "Credential") credential = value;
    if (name == "SignedHeaders") claim.signed_headers = value;
    if (name == "Signature") claim.signature = value;
  }
  return {};
}

Claim read_v4_header(const core::HttpRequest& request, SignatureScheme scheme,
                     std::string_view parts) {
  SignatureClaim claim;
  claim.scheme = scheme;
  std::string credential;
  if (auto read = read_parts(parts, claim, credential); !read) return read.error();
  std::string missing;
  if (credential.empty()) missing += "Credential ";
  if (claim.signature.empty()) missing += "Signature ";
  if (claim.signed_headers.empty()) missing += "SignedHeaders ";
  if (!request.header("x-amz-date") && !request.header("date")) missing += "Date ";
  if (!missing.empty()) {
    SignatureFailure out = failure(SignatureFault::kIncomplete, claim.place, missing);
    out.signature = request.header("authorization").value_or("");
    return out;
  }
  if (auto read = read_credential(credential, claim); !read) return read.error();
  if (auto read = read_header_moment(request, claim); !read) return read.error();
  claim.session_token = request.header("x-amz-security-token").value_or("");
  claim.region_set = request.header("x-amz-region-set").value_or("");
  return claim;
}

Claim read_v4_query(const core::HttpRequest& request, SignatureScheme scheme) {
  SignatureClaim claim;
  claim.scheme = scheme;
  claim.place = SignaturePlace::kQuery;
  const std::string credential = parameter(request, "X-Amz-Credential");
  const std::string moment = parameter(request, "X-Amz-Date");
  const std::string expires = parameter(request, "X-Amz-Expires");
  claim.signed_headers = parameter(request, "X-Amz-SignedHeaders");
  claim.signature = parameter(request, "X-Amz-Signature");
  claim.session_token = parameter(request, "X-Amz-Security-Token");
  claim.region_set = parameter(request, "X-Amz-Region-Set");
  if (credential.empty() || moment.empty() || claim.signed_headers.empty() ||
      claim.signature.empty()) {
    return failure(SignatureFault::kMissingParameters, claim.place);
  }
  if (auto read = read_credential(credential, claim); !read) return read.error();
  if (auto read = read_moment(moment, claim); !read) return read.error();
  // Only S3 insists on an expiry; the others take the quarter of an hour of a signed header.
  constexpr int64_t kDefaultSeconds = 900;
  claim.expires_s = kDefaultSeconds;
  if (expires.empty()) return claim;
  const auto seconds = core::parse_number<int64_t>(expires);
  if (!seconds) return failure(SignatureFault::kMalformedExpires, claim.place, expires);
  if (*seconds < 0) return failure(SignatureFault::kNegativeExpires, claim.place, expires);
  if (*seconds > kPresignedSecondsMax) {
    return failure(SignatureFault::kExcessiveExpires, claim.place, expires);
  }
  claim.expires_s = *seconds;
  return claim;
}

SignatureClaim plain(SignatureScheme scheme, SignaturePlace place) {
  SignatureClaim claim;
  claim.scheme = scheme;
  claim.place = place;
  return claim;
}

Claim read_v2_header(const core::HttpRequest& request, std::string_view rest) {
  SignatureClaim claim = plain(SignatureScheme::kV2, SignaturePlace::kHeader);
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return failure(SignatureFault::kMalformedCredential, claim.place, rest);
  }
  claim.access_key_id = rest.substr(0, colon);
  claim.signature = rest.substr(colon + 1);
  claim.session_token = request.header("x-amz-security-token").value_or("");
  return claim;
}

Claim read_header(const core::HttpRequest& request, std::string_view text) {
  const std::size_t space = std::min(text.find(' '), text.size());
  const std::string_view scheme = text.substr(0, space);
  const std::string_view rest = core::trim(text.substr(space));
  if (scheme == kV4) return read_v4_header(request, SignatureScheme::kV4, rest);
  if (scheme == kV4a) return read_v4_header(request, SignatureScheme::kV4a, rest);
  if (scheme == "AWS") return read_v2_header(request, rest);
  if (core::equals_ignoring_case(scheme, "bearer")) {
    return plain(SignatureScheme::kBearer, SignaturePlace::kHeader);
  }
  if (scheme == "AWS3" || scheme == "AWS3-HTTPS") {
    SignatureClaim claim = plain(SignatureScheme::kAws3, SignaturePlace::kHeader);
    constexpr std::string_view kId = "AWSAccessKeyId=";
    if (const std::size_t at = rest.find(kId); at != std::string_view::npos) {
      const std::string_view id = rest.substr(at + kId.size());
      claim.access_key_id = id.substr(0, id.find_first_of(", "));
    }
    return claim;
  }
  return plain(SignatureScheme::kUnknown, SignaturePlace::kHeader);
}

// A number of nothing but decimal digits.
std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

core::Result<SignatureClaim, SignatureFailure> read_signature(const core::HttpRequest& request) {
  if (const auto text = request.header("authorization"); text && !text->empty()) {
    return read_header(request, *text);
  }
  if (request.query.empty()) return SignatureClaim{};
  const std::string_view algorithm = raw_parameter(request.query, "X-Amz-Algorithm");
  if (algorithm == kV4) return read_v4_query(request, SignatureScheme::kV4);
  if (algorithm == kV4a) return read_v4_query(request, SignatureScheme::kV4a);
  if (!algorithm.empty()) {
    return failure(SignatureFault::kUnsupportedScheme, SignaturePlace::kQuery, algorithm);
  }
  if (!raw_parameter(request.query, "X-Amz-Signature").empty()) {
    return failure(SignatureFault::kMissingParameters, SignaturePlace::kQuery);
  }
  if (!raw_parameter(request.query, "AWSAccessKeyId").empty()) {
    SignatureClaim claim = plain(SignatureScheme::kV2, SignaturePlace::kQuery);
    claim.access_key_id = parameter(request, "AWSAccessKeyId");
    claim.signature = parameter(request, "Signature");
    claim.session_token = parameter(request, "SecurityToken");
    return claim;
  }
  return SignatureClaim{};
}

PayloadClaim read_payload_hash(const core::HttpRequest& request) {
  struct Word {
    std::string_view text;
    PayloadHash kind;
  };
  constexpr Word kWords[] = {
      {"UNSIGNED-PAYLOAD", PayloadHash::kUnsigned},
      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", PayloadHash::kStreamingSigned},
      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", PayloadHash::kStreamingSignedWithTrailers},
      {"STREAMING-UNSIGNED-PAYLOAD-TRAILER", PayloadHash::kStreamingUnsignedWithTrailers},
      {"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", PayloadHash::kStreamingV4a},
      {"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER", PayloadHash::kStreamingV4aWithTrailers},
  };
  const auto header = request.header("x-amz-content-sha256");
  PayloadClaim claim{PayloadHash::kMalformed,
                     header ? std::string(*header) : parameter(request, "X-Amz-Content-Sha256")};
  if (claim.text.empty() && !header) claim.kind = PayloadHash::kAbsent;
  if (claim.text.size() == 64 && is_hex(claim.text)) claim.kind = PayloadHash::kSha256;
  for (const Word& word : kWords) {
    if (claim.text == word.text) claim.kind = word.kind;
  }
  return claim;
}

std::optional<int64_t> parse_amz_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(4, 2));
  const auto day = digits(text.substr(6, 2));
  const auto hour = digits(text.substr(9, 2));
  const auto minute = digits(text.substr(11, 2));
  const auto second = digits(text.substr(13, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return (((days * 24 + *hour) * 60 + *minute) * 60 + *second) * 1000;
}

std::string amz_date(int64_t ms) {
  std::string extended;
  append_iso8601(Timestamp{ms - (ms % 1000 + 1000) % 1000}, Fraction::kWhenNotZero, extended);
  std::erase(extended, '-');
  std::erase(extended, ':');
  return extended;
}

}  // namespace fogbank::aws
