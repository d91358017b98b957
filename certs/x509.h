// Making and reading X.509 certificates, by the profile that every measured TLS client accepts
// (docs/decisions). For this room only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "certs/openssl.h"
#include "core/random.h"
#include "core/result.h"

namespace fogbank::certs {

// `what` with the reason OpenSSL queued; empties the queue.
core::Error openssl_error(std::string what);

core::Result<UniquePkey> make_key();  // ECDSA P-256

struct Validity {
  int64_t from_ms;
  int64_t until_ms;
};

// An unsigned version 3 certificate with a random serial number. Firefox and NSS refuse two
// certificates of one issuer with the same serial, so it carries 127 random bits.
struct CertificateOutline {
  EVP_PKEY* key;             // its public half goes in
  const X509_NAME* subject;  // null: empty
  const X509_NAME* issuer;
  Validity validity;
};
core::Result<UniqueX509> outline(const CertificateOutline& fields, core::RandomSource& random);

core::Result<UniqueX509Name> make_name(const std::string& common_name);

// Adds an extension in the notation of x509v3_config(5). `issuer` gives the authority key
// identifier, copied byte for byte.
struct ExtensionText {
  int nid;
  const char* value;
};
core::Result<void> add_extension(X509& certificate, X509& issuer, const ExtensionText& text);
// Critical name constraints: DNS names in `zones` only, no address of either family.
core::Result<void> add_name_constraints(X509& certificate, const std::vector<std::string>& zones);
// Critical subject alternative names (critical, because the subject is empty).
core::Result<void> add_alternative_names(X509& certificate, const std::vector<std::string>& names);
core::Result<void> sign(X509& certificate, EVP_PKEY& issuer_key);

// The DNS names that critical name constraints permit; empty if there are none.
std::vector<std::string> permitted_zones(const X509& certificate);
Validity validity_of(const X509& certificate);

std::string to_pem(const X509& certificate);
core::Result<UniqueX509> certificate_from_pem(std::string_view pem);

// The first 8 hex digits of SHA-256 over the public key.
core::Result<std::string> key_hash_of(const X509& certificate);

// A host name or a single label: letters, digits, '-' and '_' in labels of 1 to 63 characters, at
// most 253 in all, lower case.
bool is_host_name(std::string_view name);

}  // namespace fogbank::certs
