// The local certificate authority as the rest of the program sees it.
#pragma once

#include <memory>
#include <string_view>

#include "core/address.h"
#include "core/result.h"

namespace fogbank::certs {

// A leaf certificate with its chain and key, ready for a handshake; immutable and shared. Its
// content is in certs/openssl.h, the door for TLS.
struct Leaf;

// Where the proxy gets the certificate of a handshake. Thread-safe: every loop asks.
class LeafSource {
 public:
  virtual ~LeafSource() = default;
  // `server_name` is the SNI in lower case, or empty: then `destination` decides, which is where
  // the client believed to connect to. Never null on success.
  virtual core::Result<std::shared_ptr<const Leaf>> leaf_for(
      std::string_view server_name, const core::SocketAddress& destination) = 0;
};

}  // namespace fogbank::certs
