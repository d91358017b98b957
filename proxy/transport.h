// Bytes over one TCP connection, with or without TLS. Never blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "certs/openssl.h"
#include "core/fd.h"

namespace fogbank::proxy {

class Transport final {
 public:
  enum class Outcome : uint8_t {
    kDone,       // at least one byte moved, or the handshake is complete
    kWantRead,   // nothing moves before the socket can be read
    kWantWrite,  // nothing moves before the socket can be written
    kEnd,        // the peer has ended its side
    kBroken,
  };
  struct Io {
    Outcome outcome = Outcome::kBroken;
    std::size_t bytes = 0;
  };

  explicit Transport(core::UniqueFd fd) : fd_(std::move(fd)) {}
  // `ssl` is bound to the same descriptor.
  Transport(core::UniqueFd fd, certs::UniqueSsl ssl) : fd_(std::move(fd)), ssl_(std::move(ssl)) {}

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool is_tls() const { return ssl_ != nullptr; }
  [[nodiscard]] SSL* ssl() const { return ssl_.get(); }

  Io handshake();
  Io read(std::span<std::byte> into);
  Io write(std::span<const std::byte> bytes);
  // The last read gave all there was: the next one has to wait for the socket.
  [[nodiscard]] bool is_read_empty() const { return is_read_empty_; }

  // From here on bytes go over the bare socket.
  void drop_tls() { ssl_.reset(); }
  // Ends our side: close_notify and FIN. Reading goes on, and gives raw bytes.
  void end_writing();
  // The close that follows resets the connection.
  void prepare_reset();

 private:
  Io tls_outcome(int result);

  core::UniqueFd fd_;
  certs::UniqueSsl ssl_;
  bool is_read_empty_ = false;
};

}  // namespace fogbank::proxy
