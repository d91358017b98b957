#include "certs/x509.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstddef>
#include <ctime>
#include <utility>

#include "core/text.h"

namespace fogbank::certs {
namespace {

using UniqueNameConstraints =
    std::unique_ptr<NAME_CONSTRAINTS, OpensslFree<::NAME_CONSTRAINTS_free>>;
using UniqueSubtree = std::unique_ptr<GENERAL_SUBTREE, OpensslFree<::GENERAL_SUBTREE_free>>;
using UniqueGeneralName = std::unique_ptr<GENERAL_NAME, OpensslFree<::GENERAL_NAME_free>>;
using UniqueGeneralNames = std::unique_ptr<GENERAL_NAMES, OpensslFree<::GENERAL_NAMES_free>>;
using UniqueBignum = std::unique_ptr<BIGNUM, OpensslFree<::BN_free>>;

constexpr std::size_t kHostNameCharactersMax = 253;  // RFC 1035 section 2.3.4, as text
constexpr std::size_t kLabelCharactersMax = 63;

// A DNS name or, of an address constraint, network and mask (RFC 5280 section 4.2.1.10).
UniqueGeneralName general_name(int kind, std::string_view bytes) {
  UniqueGeneralName name(::GENERAL_NAME_new());
  ASN1_STRING* text = kind == GEN_DNS ? ::ASN1_IA5STRING_new() : ::ASN1_OCTET_STRING_new();
  if (!name || text == nullptr ||
      ::ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size())) != 1) {
    ::ASN1_STRING_free(text);
    return nullptr;
  }
  ::GENERAL_NAME_set0_value(name.get(), kind, text);
  return name;
}

bool push_subtree(STACK_OF(GENERAL_SUBTREE) * &list, UniqueGeneralName base) {
  UniqueSubtree subtree(::GENERAL_SUBTREE_new());
  if (!subtree || !base) return false;
  if (list == nullptr) list = sk_GENERAL_SUBTREE_new_null();
  if (list == nullptr) return false;
  ::GENERAL_NAME_free(subtree->base);
  subtree->base = base.release();
  if (sk_GENERAL_SUBTREE_push(list, subtree.get()) == 0) return false;
  static_cast<void>(subtree.release());
  return true;
}

core::Result<void> set_random_serial(X509& certificate, core::RandomSource& random) {
  std::array<std::byte, 16> bytes{};
  random.fill(bytes);
  // Positive and of full length whatever the dice say.
  bytes[0] = (bytes[0] & std::byte{0x3f}) | std::byte{0x40};
  const UniqueBignum number(::BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                        static_cast<int>(bytes.size()), nullptr));
  if (!number ||
      ::BN_to_ASN1_INTEGER(number.get(), ::X509_get_serialNumber(&certificate)) == nullptr) {
    return openssl_error("certs: cannot set a serial number");
  }
  return {};
}

int64_t to_ms(const ASN1_TIME* time) {
  std::tm parts{};
  if (::ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return static_cast<int64_t>(::timegm(&parts)) * 1000;
}

}  // namespace

core::Error openssl_error(std::string what) {
  std::array<char, 256> reason{};
  const unsigned long code = ::ERR_get_error();
  if (code != 0) {
    ::ERR_error_string_n(code, reason.data(), reason.size());
    what.append(": ").append(reason.data());
  }
  ::ERR_clear_error();
  return core::Error{std::move(what)};
}

core::Result<UniquePkey> make_key() {
  UniquePkey key(EVP_EC_gen("P-256"));
  if (!key) return openssl_error("certs: cannot make a P-256 key");
  return key;
}

core::Result<UniqueX509> outline(const CertificateOutline& fields, core::RandomSource& random) {
  UniqueX509 certificate(::X509_new());
  if (!certificate) return openssl_error("certs: cannot make a certificate");
  X509* const x = certificate.get();
  if (const auto serial = set_random_serial(*x, random); !serial) return serial.error();
  const bool is_filled =
      ::X509_set_version(x, X509_VERSION_3) == 1 && ::X509_set_pubkey(x, fields.key) == 1 &&
      ::X509_set_issuer_name(x, fields.issuer) == 1 &&
      (fields.subject == nullptr || ::X509_set_subject_name(x, fields.subject) == 1) &&
      ::ASN1_TIME_set(::X509_getm_notBefore(x), fields.validity.from_ms / 1000) != nullptr &&
      ::ASN1_TIME_set(::X509_getm_notAfter(x), fields.validity.until_ms / 1000) != nullptr;
  if (!is_filled) return openssl_error("certs: cannot fill in a certificate");
  return certificate;
}

core::Result<UniqueX509Name> make_name(const std::string& common_name) {
  UniqueX509Name name(::X509_NAME_new());
  if (!name ||
      ::X509_NAME_add_entry_by_NID(name.get(), NID_commonName, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(common_name.data()),
                                   static_cast<int>(common_name.size()), -1, 0) != 1) {
    return openssl_error("certs: cannot make the name " + common_name);
  }
  return name;
}

core::Result<void> add_extension(X509& certificate, X509& issuer, const ExtensionText& text) {
  X509V3_CTX context{};
  X509V3_set_ctx_nodb(&context);
  ::X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  const UniqueX509Extension extension(
      ::X509V3_EXT_conf_nid(nullptr, &context, text.nid, text.value));
  if (!extension || ::X509_add_ext(&certificate, extension.get(), -1) != 1) {
    return openssl_error(std::string("certs: cannot add the extension ") + text.value);
  }
  return {};
}

core::Result<void> add_name_constraints(X509& certificate, const std::vector<std::string>& zones) {
  const UniqueNameConstraints constraints(::NAME_CONSTRAINTS_new());
  bool is_made = constraints != nullptr;
  for (const std::string& zone : zones) {
    is_made = is_made && push_subtree(constraints->permittedSubtrees, general_name(GEN_DNS, zone));
  }
  // Address and mask of zeros: 0.0.0.0/0 and ::/0.
  for (const std::size_t address_bytes : {4, 16}) {
    is_made =
        is_made && push_subtree(constraints->excludedSubtrees,
                                general_name(GEN_IPADD, std::string(2 * address_bytes, '\0')));
  }
  if (!is_made || ::X509_add1_ext_i2d(&certificate, NID_name_constraints, constraints.get(), 1,
                                      X509V3_ADD_DEFAULT) != 1) {
    return openssl_error("certs: cannot add name constraints");
  }
  return {};
}

core::Result<void> add_alternative_names(X509& certificate, const std::vector<std::string>& names) {
  const UniqueGeneralNames list(::GENERAL_NAMES_new());
  bool is_made = list != nullptr;
  for (const std::string& name : names) {
    UniqueGeneralName entry = general_name(GEN_DNS, name);
    is_made = is_made && entry && sk_GENERAL_NAME_push(list.get(), entry.get()) > 0;
    if (is_made) static_cast<void>(entry.release());
  }
  if (!is_made || ::X509_add1_ext_i2d(&certificate, NID_subject_alt_name, list.get(), 1,
                                      X509V3_ADD_DEFAULT) != 1) {
    return openssl_error("certs: cannot add subject alternative names");
  }
  return {};
}

core::Result<void> sign(X509& certificate, EVP_PKEY& issuer_key) {
  if (::X509_sign(&certificate, &issuer_key, ::EVP_sha256()) == 0) {
    return openssl_error("certs: cannot sign a certificate");
  }
  return {};
}

std::vector<std::string> permitted_zones(const X509& certificate) {
  std::vector<std::string> zones;
  int is_critical = 0;
  const UniqueNameConstraints constraints(static_cast<NAME_CONSTRAINTS*>(
      ::X509_get_ext_d2i(&certificate, NID_name_constraints, &is_critical, nullptr)));
  if (!constraints || is_critical != 1) return zones;
  for (int i = 0; i < sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees); ++i) {
    const GENERAL_NAME* base = sk_GENERAL_SUBTREE_value(constraints->permittedSubtrees, i)->base;
    if (base->type != GEN_DNS) continue;
    zones.emplace_back(reinterpret_cast<const char*>(::ASN1_STRING_get0_data(base->d.dNSName)),
                       static_cast<std::size_t>(::ASN1_STRING_length(base->d.dNSName)));
  }
  return zones;
}

Validity validity_of(const X509& certificate) {
  return {to_ms(::X509_get0_notBefore(&certificate)), to_ms(::X509_get0_notAfter(&certificate))};
}

std::string to_pem(const X509& certificate) {
  const UniqueBio memory(::BIO_new(::BIO_s_mem()));
  core::check(memory && ::PEM_write_bio_X509(memory.get(), &certificate) == 1,
              "a certificate can be written to memory");
  char* text = nullptr;
  const long bytes = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(bytes)};
}

core::Result<UniqueX509> certificate_from_pem(std::string_view pem) {
  const UniqueBio memory(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  UniqueX509 certificate(memory ? ::PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)
                                : nullptr);
  if (!certificate) return openssl_error("certs: not a PEM certificate");
  return certificate;
}

core::Result<std::string> key_hash_of(const X509& certificate) {
  unsigned char* bytes = nullptr;
  const int size = ::i2d_X509_PUBKEY(::X509_get_X509_PUBKEY(&certificate), &bytes);
  if (size <= 0) return openssl_error("certs: cannot read a public key");
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(bytes, static_cast<std::size_t>(size), digest.data());
  ::OPENSSL_free(bytes);
  return core::to_hex({reinterpret_cast<const char*>(digest.data()), 4});
}

bool is_host_name(std::string_view name) {
  if (name.empty() || name.size() > kHostNameCharactersMax) return false;
  std::size_t label_characters = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label_characters == 0) return false;
      label_characters = 0;
      continue;
    }
    const bool is_allowed =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!is_allowed || ++label_characters > kLabelCharactersMax) return false;
  }
  return label_characters > 0;
}

}  // namespace fogbank::certs
