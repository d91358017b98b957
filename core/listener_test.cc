#include "core/listener.h"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <cerrno>

using namespace fogbank::core;

namespace {

SocketAddress bound_address(int fd) {
  sockaddr_storage raw{};
  socklen_t size = sizeof raw;
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &size) == 0);
  return *SocketAddress::from(raw);
}

}  // namespace

TEST_CASE("a listener is non-blocking, closed on exec and bound where it was asked to be") {
  for (const Transport transport : {Transport::kTcp, Transport::kUdp}) {
    const auto fd = open_listener({*SocketAddress::parse("127.0.0.1:0"), transport});
    REQUIRE(fd);
    CHECK((::fcntl(fd->get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(fd->get(), F_GETFD) & FD_CLOEXEC) != 0);
    const SocketAddress bound = bound_address(fd->get());
    CHECK(bound.ip == IpAddress::v4(0x7f000001));
    CHECK(bound.port != 0);
  }
}

TEST_CASE("one port takes several listeners only if all of them share it") {
  ListenRequest request{*SocketAddress::parse("127.0.0.1:0")};
  request.reuse_port = true;
  const auto first = open_listener(request);
  REQUIRE(first);
  request.address = bound_address(first->get());
  CHECK(open_listener(request));
  request.reuse_port = false;
  const auto refused = open_listener(request);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().system_error == EADDRINUSE);
}

TEST_CASE("freebind takes an address that no interface has") {
  ListenRequest request{*SocketAddress::parse("198.18.45.1:0")};
  CHECK_FALSE(open_listener(request));
  request.freebind = true;
  CHECK(open_listener(request));
}
