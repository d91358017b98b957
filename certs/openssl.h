// OpenSSL handles with one owner each, and what a TLS server needs of a leaf. The only header
// that includes OpenSSL's X.509 and TLS headers; for certs/ and for the TLS code of proxy/.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <vector>

#include "certs/certs.h"

namespace fogbank::certs {

template <auto Free>
struct OpensslFree {
  template <class T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};

using UniqueBio = std::unique_ptr<BIO, OpensslFree<::BIO_free_all>>;
using UniquePkey = std::unique_ptr<EVP_PKEY, OpensslFree<::EVP_PKEY_free>>;
using UniquePkeyCtx = std::unique_ptr<EVP_PKEY_CTX, OpensslFree<::EVP_PKEY_CTX_free>>;
using UniqueX509 = std::unique_ptr<X509, OpensslFree<::X509_free>>;
using UniqueX509Name = std::unique_ptr<X509_NAME, OpensslFree<::X509_NAME_free>>;
using UniqueX509Extension = std::unique_ptr<X509_EXTENSION, OpensslFree<::X509_EXTENSION_free>>;
using UniqueX509Store = std::unique_ptr<X509_STORE, OpensslFree<::X509_STORE_free>>;
using UniqueSslCtx = std::unique_ptr<SSL_CTX, OpensslFree<::SSL_CTX_free>>;
using UniqueSsl = std::unique_ptr<SSL, OpensslFree<::SSL_free>>;

struct Leaf {
  UniqueX509 certificate;
  std::vector<UniqueX509> chain;  // the intermediates, nearest first, without the root
  UniquePkey key;
};

}  // namespace fogbank::certs
