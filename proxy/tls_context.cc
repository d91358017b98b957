#include "proxy/tls_context.h"

#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include "core/text.h"

namespace fogbank::proxy {
namespace {

// Fast and modern first. The CBC suites are for TLS 1.2 clients of the years before 2013, as
// Java 7 and old .NET, which AWS serves too.
constexpr const char* kCiphers12 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA";
constexpr const char* kCiphers13 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr const char* kSignatures =
    "ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:RSA+SHA384:RSA+SHA512";
// RFC 8446 tickets are used once each by careful clients; SDKs keep one connection per name.
constexpr int kTicketsPerHandshake = 1;

core::Error tls_error(const char* what) {
  return {std::string("proxy: cannot set up TLS: ") + what};
}

TlsPeer& peer_of(SSL* ssl) { return *static_cast<TlsPeer*>(SSL_get_app_data(ssl)); }

// A session may be resumed only for the name it was made for: the context id is compared before
// a ticket is taken, and it is the name, or the address if there is none, as a digest.
bool bind_session_to_name(SSL* ssl, const TlsPeer& peer) {
  const std::string& name = peer.server_name;
  const std::string subject = name.empty() ? peer.destination.ip.text() : name;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int bytes = 0;
  if (::EVP_Digest(subject.data(), subject.size(), digest.data(), &bytes, ::EVP_sha256(),
                   nullptr) != 1) {
    return false;
  }
  return ::SSL_set_session_id_context(ssl, digest.data(),
                                      std::min<unsigned int>(bytes, SSL_MAX_SID_CTX_LENGTH)) == 1;
}

int on_client_hello(SSL* ssl, int* alert, void*) noexcept {
  TlsPeer& peer = peer_of(ssl);
  const unsigned char* start = nullptr;
  std::size_t bytes = 0;
  if (::SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &start, &bytes) == 1) {
    const auto name = parse_server_name({reinterpret_cast<const char*>(start), bytes});
    if (!name) {
      *alert = SSL_AD_UNRECOGNIZED_NAME;
      return SSL_CLIENT_HELLO_ERROR;
    }
    peer.server_name = *name;
  }
  if (bind_session_to_name(ssl, peer)) return SSL_CLIENT_HELLO_SUCCESS;
  *alert = SSL_AD_INTERNAL_ERROR;
  return SSL_CLIENT_HELLO_ERROR;
}

bool use_leaf(SSL* ssl, const certs::Leaf& leaf) {
  STACK_OF(X509)* chain = sk_X509_new_null();
  bool is_whole = chain != nullptr;
  for (const certs::UniqueX509& link : leaf.chain) {
    is_whole = is_whole && sk_X509_push(chain, link.get()) > 0;
  }
  constexpr int kOverride = 1;
  is_whole = is_whole && ::SSL_use_cert_and_key(ssl, leaf.certificate.get(), leaf.key.get(), chain,
                                                kOverride) == 1;
  sk_X509_free(chain);  // the certificates stay the leaf's
  return is_whole;
}

// Called once per ClientHello, with or without SNI, when it is known whether the session is
// resumed.
int on_server_name(SSL* ssl, int* alert, void* leaves) noexcept {
  if (::SSL_session_reused(ssl) == 1) return SSL_TLSEXT_ERR_OK;
  TlsPeer& peer = peer_of(ssl);
  const auto leaf =
      static_cast<certs::LeafSource*>(leaves)->leaf_for(peer.server_name, peer.destination);
  if (leaf && use_leaf(ssl, **leaf)) return SSL_TLSEXT_ERR_OK;
  peer.lacks_leaf = true;
  *alert = leaf ? SSL_AD_INTERNAL_ERROR : SSL_AD_UNRECOGNIZED_NAME;
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

constexpr std::string_view kHttp2 = "h2";
constexpr std::string_view kHttp1 = "http/1.1";
constexpr std::string_view kHttp10 = "http/1.0";  // curl --http1.0 offers it alone

int on_alpn(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes,
            const unsigned char* offered, unsigned int offered_bytes, void*) noexcept {
  const std::span<const unsigned char> list(offered, offered_bytes);
  for (const std::string_view wanted : {kHttp2, kHttp1, kHttp10}) {
    for (std::size_t at = 0; at < list.size();) {
      const std::size_t bytes = list[at];
      if (bytes > list.size() - at - 1) return SSL_TLSEXT_ERR_ALERT_FATAL;
      const auto name = list.subspan(at + 1, bytes);
      if (std::ranges::equal(name, wanted, {}, {},
                             [](char c) { return static_cast<unsigned char>(c); })) {
        *chosen = name.data();
        *chosen_bytes = static_cast<unsigned char>(bytes);
        return SSL_TLSEXT_ERR_OK;
      }
      at += 1 + bytes;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;  // RFC 7301 section 3.2: no_application_protocol
}

bool is_host_name(std::string_view name) {
  constexpr std::size_t kHostNameBytesMax = 255;
  return !name.empty() && name.size() <= kHostNameBytesMax && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

}  // namespace

std::optional<std::string> parse_server_name(std::string_view extension) {
  const auto number_at = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<uint8_t>(extension[at]) << 8 |
                                    static_cast<uint8_t>(extension[at + 1]));
  };
  // ServerNameList: length, then entries of type, length, name; only one of type host_name (0).
  constexpr std::size_t kHead = 5;
  if (extension.size() < kHead || number_at(0) != extension.size() - 2 || extension[2] != 0 ||
      number_at(3) != extension.size() - kHead) {
    return std::nullopt;
  }
  std::string name = core::to_lower(extension.substr(kHead));
  if (name.ends_with('.')) name.pop_back();
  if (!is_host_name(name)) return std::nullopt;
  return name;
}

core::Result<TicketKey> make_ticket_key() {
  TicketKey key{};
  if (::RAND_priv_bytes(key.data(), static_cast<int>(key.size())) != 1) {
    return tls_error("no random bytes for the ticket key");
  }
  return key;
}

core::Result<std::unique_ptr<TlsContext>> TlsContext::create(certs::LeafSource& leaves,
                                                             const TicketKey& key) {
  certs::UniqueSslCtx context(::SSL_CTX_new(::TLS_server_method()));
  SSL_CTX* raw = context.get();
  if (raw == nullptr) return tls_error("no memory");
  TicketKey copy = key;
  if (SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1 ||
      ::SSL_CTX_set_cipher_list(raw, kCiphers12) != 1 ||
      ::SSL_CTX_set_ciphersuites(raw, kCiphers13) != 1 ||
      SSL_CTX_set1_groups_list(raw, kGroups) != 1 ||
      SSL_CTX_set1_sigalgs_list(raw, kSignatures) != 1 ||
      SSL_CTX_set_tlsext_ticket_keys(raw, copy.data(), copy.size()) != 1 ||
      ::SSL_CTX_set_num_tickets(raw, kTicketsPerHandshake) != 1) {
    return tls_error("this OpenSSL lacks an algorithm that is needed");
  }
  ::SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Sessions live in tickets alone: no state of ours that a peer could fill.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(raw, 1);
  ::SSL_CTX_set_client_hello_cb(raw, on_client_hello, nullptr);
  SSL_CTX_set_tlsext_servername_callback(raw, on_server_name);
  SSL_CTX_set_tlsext_servername_arg(raw, &leaves);
  ::SSL_CTX_set_alpn_select_cb(raw, on_alpn, nullptr);
  return std::unique_ptr<TlsContext>(new TlsContext(std::move(context)));
}

certs::UniqueSsl TlsContext::accept(int fd, TlsPeer& peer) {
  certs::UniqueSsl ssl(::SSL_new(context_.get()));
  if (!ssl || ::SSL_set_fd(ssl.get(), fd) != 1) return nullptr;
  SSL_set_app_data(ssl.get(), &peer);
  return ssl;
}

TlsContext::Protocol TlsContext::negotiated(SSL* ssl) {
  const unsigned char* name = nullptr;
  unsigned int bytes = 0;
  ::SSL_get0_alpn_selected(ssl, &name, &bytes);
  const std::string_view chosen(reinterpret_cast<const char*>(name), bytes);
  return chosen == kHttp2 ? Protocol::kHttp2 : Protocol::kHttp1;
}

bool TlsContext::failed_on_plain_http() {
  const int reason = ERR_GET_REASON(::ERR_peek_error());
  return reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST;
}

}  // namespace fogbank::proxy
