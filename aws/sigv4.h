// Signature Version 4: verifying what clients sign, and signing ("Create a signed AWS API request",
// IAM User Guide; "Authenticating Requests", S3 API Reference).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>

#include "aws/signature.h"
#include "core/guarded.h"
#include "core/http.h"
#include "core/result.h"
#include "core/secret.h"

namespace fogbank::aws {

// S3 signs the path as it is sent; all other services normalise and encode it once more.
enum class CanonicalPath : uint8_t { kGeneral, kS3 };

// "AWS4" + secret, derived for a day, region and service. Wiped when it goes.
class SigningKey final {
 public:
  static constexpr std::size_t kBytes = 32;
  static SigningKey derive(std::string_view secret, const SignatureClaim& scope);
  SigningKey(const SigningKey&) = default;
  SigningKey& operator=(const SigningKey&) = default;
  ~SigningKey();
  // Lower-case hex of HMAC-SHA256.
  [[nodiscard]] std::string sign(std::string_view text) const;

 private:
  SigningKey() = default;
  std::array<char, kBytes> bytes_{};
};

// The text whose hash is signed. `payload_hash` is its last line. Headers that the claim names and
// the request has not count as empty.
[[nodiscard]] std::string canonical_request(const core::HttpRequest& request,
                                            const SignatureClaim& claim,
                                            std::string_view payload_hash, CanonicalPath path);
[[nodiscard]] std::string string_to_sign(const SignatureClaim& claim,
                                         std::string_view canonical_request);

// What a request is measured against.
struct VerificationContext {
  const core::SecretBytes& secret;  // of the claim's access key
  // The payload's hash in hex, or the word sent in its place. For all services but S3 and those
  // whose clients send x-amz-content-sha256 this is the hash of the body as received.
  std::string_view payload_hash;
  CanonicalPath path = CanonicalPath::kGeneral;
  std::string_view region;   // of the endpoint; empty: any
  std::string_view service;  // signing name of the endpoint; empty: any
  int64_t now_ms = 0;
};

// Verifies V4 claims; keeps the keys it derived last. Thread-safe.
class SigV4Verifier final {
 public:
  // A request's time and ours may differ by a quarter of an hour.
  static constexpr int64_t kSkewMsMax = 15 * 60 * 1000;
  // Keys in the cache: access keys × regions × services in use at once.
  static constexpr std::size_t kKeysMax = 256;

  // The key, with which the chunks of an upload are signed too, or the first fault found: scope,
  // time, signed headers, signature. `claim` is of scheme kV4.
  core::Result<SigningKey, SignatureFailure> verify(const core::HttpRequest& request,
                                                    const SignatureClaim& claim,
                                                    const VerificationContext& context);

 private:
  struct CachedKey {
    std::string scope;  // access key id, date, region, service
    core::SecretBytes secret;
    SigningKey key;
  };
  SigningKey key_of(const SignatureClaim& claim, const core::SecretBytes& secret);

  core::Guarded<std::list<CachedKey>> keys_;  // the last used first
};

struct SigningIdentity {
  std::string_view access_key_id;
  const core::SecretBytes& secret;
  std::string_view region;
  std::string_view service;
};

// The Authorization header for a request that carries x-amz-date; every header it has is signed,
// and the host.
[[nodiscard]] std::string sign_request(const core::HttpRequest& request,
                                       const SigningIdentity& identity,
                                       std::string_view payload_hash, CanonicalPath path);

// The claim of a request that is going to be signed at a moment.
[[nodiscard]] SignatureClaim make_claim(const SigningIdentity& identity, int64_t now_ms,
                                        std::string signed_headers);

}  // namespace fogbank::aws
