// TLS as this proxy serves it: versions, algorithms, ALPN, tickets, and a leaf per handshake.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "certs/openssl.h"
#include "core/address.h"
#include "core/result.h"

namespace fogbank::proxy {

// What a handshake knows of its peer and learns of it. Lives as long as the SSL it is given to.
struct TlsPeer {
  core::SocketAddress destination;
  std::string server_name;  // lower case; empty without SNI
  bool lacks_leaf = false;  // the handshake failed because there is no certificate for it
};

// Seals session tickets. All loops share one, so that a client may resume on any of them.
using TicketKey = std::array<unsigned char, 80>;
core::Result<TicketKey> make_ticket_key();

// One per loop: OpenSSL's reference counts would bounce between the cores otherwise.
class TlsContext final {
 public:
  // `leaves` must outlive the context and its sessions.
  static core::Result<std::unique_ptr<TlsContext>> create(certs::LeafSource& leaves,
                                                          const TicketKey& key);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // The server's side of a session on an accepted socket; null if memory is short.
  certs::UniqueSsl accept(int fd, TlsPeer& peer);

  enum class Protocol : uint8_t { kHttp1, kHttp2 };
  [[nodiscard]] static Protocol negotiated(SSL* ssl);
  // The last handshake failed because the peer speaks plain HTTP. Call it right after.
  [[nodiscard]] static bool failed_on_plain_http();

 private:
  explicit TlsContext(certs::UniqueSslCtx context) : context_(std::move(context)) {}
  certs::UniqueSslCtx context_;
};

// The host name in a server_name extension (RFC 6066 section 3), in lower case. Nothing if the
// bytes are malformed or it is no host name.
std::optional<std::string> parse_server_name(std::string_view extension);

}  // namespace fogbank::proxy
