// Verifies a leaf the way a strict client does; for the tests of this room.
#pragma once

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <string>

#include "certs/authority_parts.h"
#include "certs/openssl.h"

namespace fogbank::certs {

// X509_V_OK, or the reason OpenSSL gives with X509_V_FLAG_X509_STRICT for trusting only `root`.
inline int verify_strictly(X509* root, X509* intermediate, X509* leaf, int64_t now_ms,
                           const char* host) {
  const UniqueX509Store store(::X509_STORE_new());
  ::X509_STORE_add_cert(store.get(), root);
  const std::unique_ptr<X509_STORE_CTX, OpensslFree<::X509_STORE_CTX_free>> context(
      ::X509_STORE_CTX_new());
  STACK_OF(X509)* untrusted = sk_X509_new_null();
  if (intermediate != nullptr) sk_X509_push(untrusted, intermediate);
  ::X509_STORE_CTX_init(context.get(), store.get(), leaf, untrusted);
  X509_VERIFY_PARAM* parameters = ::X509_STORE_CTX_get0_param(context.get());
  ::X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  ::X509_VERIFY_PARAM_set_time(parameters, now_ms / 1000);
  ::X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
  if (host != nullptr) ::X509_VERIFY_PARAM_set1_host(parameters, host, 0);
  ::X509_verify_cert(context.get());
  const int outcome = ::X509_STORE_CTX_get_error(context.get());
  sk_X509_free(untrusted);
  return outcome;
}

inline int verify_strictly(const Authority& ca, const Leaf& leaf, int64_t now_ms,
                           const char* host) {
  return verify_strictly(ca.parts().root.get(), leaf.chain.at(0).get(), leaf.certificate.get(),
                         now_ms, host);
}

}  // namespace fogbank::certs
