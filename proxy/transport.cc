#include "proxy/transport.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>

namespace fogbank::proxy {

Transport::Io Transport::tls_outcome(int result) {
  switch (::SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {Outcome::kWantRead, 0};
    case SSL_ERROR_WANT_WRITE:
      return {Outcome::kWantWrite, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {Outcome::kEnd, 0};
    default:
      return {Outcome::kBroken, 0};
  }
}

Transport::Io Transport::handshake() {
  ::ERR_clear_error();
  const int result = ::SSL_accept(ssl_.get());
  if (result == 1) return {Outcome::kDone, 0};
  return tls_outcome(result);
}

Transport::Io Transport::read(std::span<std::byte> into) {
  if (!ssl_) {
    const ssize_t got = ::recv(fd_.get(), into.data(), into.size(), 0);
    is_read_empty_ = got < static_cast<ssize_t>(into.size());
    if (got > 0) return {Outcome::kDone, static_cast<std::size_t>(got)};
    if (got == 0) return {Outcome::kEnd, 0};
    return {errno == EAGAIN || errno == EINTR ? Outcome::kWantRead : Outcome::kBroken, 0};
  }
  std::size_t total = 0;
  while (total < into.size()) {
    ::ERR_clear_error();
    std::size_t got = 0;
    const auto rest = into.subspan(total);
    const int result = ::SSL_read_ex(ssl_.get(), rest.data(), rest.size(), &got);
    if (result != 1) {
      // What came before an end or a failure is delivered first; the next read tells again.
      is_read_empty_ = false;
      if (total > 0) break;
      const Io io = tls_outcome(result);
      is_read_empty_ = io.outcome == Outcome::kWantRead;
      return io;
    }
    total += got;
    is_read_empty_ = ::SSL_has_pending(ssl_.get()) == 0;
    if (is_read_empty_) break;
  }
  return {Outcome::kDone, total};
}

Transport::Io Transport::write(std::span<const std::byte> bytes) {
  if (!ssl_) {
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return {Outcome::kDone, static_cast<std::size_t>(sent)};
    return {errno == EAGAIN || errno == EINTR ? Outcome::kWantWrite : Outcome::kBroken, 0};
  }
  ::ERR_clear_error();
  std::size_t sent = 0;
  const int result = ::SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
  if (result == 1) return {Outcome::kDone, sent};
  return tls_outcome(result);
}

void Transport::end_writing() {
  if (ssl_ && ::SSL_is_init_finished(ssl_.get()) == 1) {
    ::ERR_clear_error();
    ::SSL_shutdown(ssl_.get());
  }
  ssl_.reset();
  ::shutdown(fd_.get(), SHUT_WR);
}

void Transport::prepare_reset() {
  const linger reset{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

}  // namespace fogbank::proxy
