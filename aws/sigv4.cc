#include "aws/sigv4.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/check.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

using Mac = std::array<char, SigningKey::kBytes>;

Mac hmac(std::string_view key, std::string_view text) {
  Mac out{};
  unsigned int bytes = 0;
  const auto* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                          reinterpret_cast<unsigned char*>(out.data()), &bytes);
  core::check(made != nullptr && bytes == out.size(), "OpenSSL has HMAC-SHA256");
  return out;
}
std::string_view view(const Mac& mac) { return {mac.data(), mac.size()}; }

bool is_listed(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const std::string_view each = names.substr(0, names.find(';'));
    names.remove_prefix(std::min(names.size(), each.size() + 1));
    if (each == name) return true;
  }
  return false;
}

SignatureFailure failure_of(const SignatureClaim& claim, SignatureFault fault,
                            std::string_view got = {}, std::string_view expected = {}) {
  SignatureFailure out;
  out.fault = fault;
  out.place = claim.place;
  out.got = got;
  out.expected = expected;
  out.access_key_id = claim.access_key_id;
  out.signature = claim.signature;
  out.expires_s = claim.expires_s;
  return out;
}

using Verdict = core::Result<void, SignatureFailure>;

Verdict verify_scope(const SignatureClaim& claim, const VerificationContext& context) {
  if (!std::string_view(claim.moment).starts_with(claim.date) || claim.date.size() != 8) {
    return failure_of(claim, SignatureFault::kWrongScopeDate, claim.date, claim.moment);
  }
  if (!context.region.empty() && claim.region != context.region) {
    return failure_of(claim, SignatureFault::kWrongRegion, claim.region, context.region);
  }
  if (!context.service.empty() && claim.service != context.service) {
    return failure_of(claim, SignatureFault::kWrongService, claim.service, context.service);
  }
  return {};
}

Verdict verify_time(const SignatureClaim& claim, int64_t now_ms) {
  const std::string now = amz_date(now_ms);
  const int64_t age_ms = now_ms - claim.signed_at_ms;
  if (age_ms < -SigV4Verifier::kSkewMsMax) {
    return failure_of(claim, SignatureFault::kTooEarly, claim.moment, now);
  }
  if (claim.place == SignaturePlace::kQuery) {
    if (age_ms <= claim.expires_s * 1000) return {};
    const std::string end = amz_date(claim.signed_at_ms + claim.expires_s * 1000);
    return failure_of(claim, SignatureFault::kPresignedExpired, end, now);
  }
  if (age_ms > SigV4Verifier::kSkewMsMax) {
    return failure_of(claim, SignatureFault::kTooOld, claim.moment, now);
  }
  return {};
}

// The host is signed, and with S3 every x-amz- header, so that none can be added on the way.
Verdict verify_signed_headers(const core::HttpRequest& request, const SignatureClaim& claim,
                              CanonicalPath path) {
  if (!is_listed(claim.signed_headers, "host")) {
    return failure_of(claim, SignatureFault::kHostNotSigned, "host");
  }
  if (path != CanonicalPath::kS3) return {};
  std::string missing;
  for (const core::HttpHeader& header : request.headers) {
    if (!header.name.starts_with("x-amz-")) continue;
    if (is_listed(claim.signed_headers, header.name)) continue;
    if (!missing.empty()) missing += ", ";
    missing += header.name;
  }
  if (missing.empty()) return {};
  return failure_of(claim, SignatureFault::kHeadersNotSigned, missing);
}

std::string cache_key(const SignatureClaim& claim) {
  // No part can hold a line feed: all come from one header or parameter, split at '/'.
  std::string out;
  out.reserve(claim.access_key_id.size() + claim.region.size() + claim.service.size() + 16);
  out.append(claim.access_key_id).append("\n").append(claim.date).append("\n");
  out.append(claim.region).append("\n").append(claim.service);
  return out;
}

}  // namespace

SigningKey SigningKey::derive(std::string_view secret, const SignatureClaim& scope) {
  std::string start;
  start.reserve(secret.size() + 4);  // no reallocation leaves a copy of the secret behind
  start.append("AWS4").append(secret);
  Mac key = hmac(start, scope.date);
  explicit_bzero(start.data(), start.size());
  for (const std::string_view part :
       {std::string_view(scope.region), std::string_view(scope.service),
        std::string_view("aws4_request")}) {
    key = hmac(view(key), part);
  }
  SigningKey out;
  out.bytes_ = key;
  explicit_bzero(key.data(), key.size());
  return out;
}

SigningKey::~SigningKey() { explicit_bzero(bytes_.data(), bytes_.size()); }

std::string SigningKey::sign(std::string_view text) const {
  return core::to_hex(view(hmac(view(bytes_), text)));
}

SigningKey SigV4Verifier::key_of(const SignatureClaim& claim, const core::SecretBytes& secret) {
  const std::string scope = cache_key(claim);
  return keys_.with([&](std::list<CachedKey>& keys) {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const CachedKey& each) {
      return each.scope == scope &&
             core::equals_in_constant_time(each.secret.view(), secret.view());
    });
    if (found != keys.end()) {
      keys.splice(keys.begin(), keys, found);
      return keys.front().key;
    }
    if (keys.size() == kKeysMax) keys.pop_back();
    keys.push_front({scope, secret.copy(), SigningKey::derive(secret.view(), claim)});
    return keys.front().key;
  });
}

core::Result<SigningKey, SignatureFailure> SigV4Verifier::verify(
    const core::HttpRequest& request, const SignatureClaim& claim,
    const VerificationContext& context) {
  core::check(claim.scheme == SignatureScheme::kV4, "a V4 claim is verified as V4");
  if (auto scope = verify_scope(claim, context); !scope) return scope.error();
  if (auto time = verify_time(claim, context.now_ms); !time) return time.error();
  if (auto headers = verify_signed_headers(request, claim, context.path); !headers) {
    return headers.error();
  }
  const std::string canonical =
      canonical_request(request, claim, context.payload_hash, context.path);
  const std::string text = string_to_sign(claim, canonical);
  SigningKey key = key_of(claim, context.secret);
  if (!core::equals_in_constant_time(key.sign(text), claim.signature)) {
    return failure_of(claim, SignatureFault::kMismatch, text, canonical);
  }
  return key;
}

SignatureClaim make_claim(const SigningIdentity& identity, int64_t now_ms,
                          std::string signed_headers) {
  SignatureClaim claim;
  claim.scheme = SignatureScheme::kV4;
  claim.access_key_id = identity.access_key_id;
  claim.region = identity.region;
  claim.service = identity.service;
  claim.moment = amz_date(now_ms);
  claim.date = claim.moment.substr(0, 8);
  claim.signed_at_ms = now_ms;
  claim.signed_headers = std::move(signed_headers);
  return claim;
}

std::string sign_request(const core::HttpRequest& request, const SigningIdentity& identity,
                         std::string_view payload_hash, CanonicalPath path) {
  const auto moment = parse_amz_date(request.header("x-amz-date").value_or(""));
  core::check(moment.has_value(), "a request to be signed has x-amz-date");
  std::set<std::string_view> names = {"host"};
  for (const core::HttpHeader& header : request.headers) names.insert(header.name);
  std::string signed_headers;
  for (const std::string_view name : names) {
    if (!signed_headers.empty()) signed_headers += ';';
    signed_headers += name;
  }
  const SignatureClaim claim = make_claim(identity, *moment, std::move(signed_headers));
  const std::string text =
      string_to_sign(claim, canonical_request(request, claim, payload_hash, path));
  const SigningKey key = SigningKey::derive(identity.secret.view(), claim);
  return "AWS4-HMAC-SHA256 Credential=" + claim.access_key_id + "/" + claim.date + "/" +
         claim.region + "/" + claim.service +
         "/aws4_request, SignedHeaders=" + claim.signed_headers + ", Signature=" + key.sign(text);
}

}  // namespace fogbank::aws
