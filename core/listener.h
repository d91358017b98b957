// Sockets that accept: the one way to make a listening TCP socket or a bound UDP socket.
#pragma once

#include <cstdint>

#include "core/address.h"
#include "core/fd.h"
#include "core/result.h"

namespace fogbank::core {

enum class Transport : uint8_t { kTcp, kUdp };

struct ListenRequest {
  SocketAddress address;  // port 0: the kernel chooses one
  Transport transport = Transport::kTcp;
  bool reuse_port = false;   // SO_REUSEPORT: one socket per worker, all made by the same user
  bool freebind = false;     // the address need not be on an interface yet
  bool packet_info = false;  // IP_PKTINFO or IPV6_RECVPKTINFO, to answer from the asked address

  friend bool operator==(const ListenRequest&, const ListenRequest&) = default;
};

// A non-blocking, close-on-exec socket, bound and, for TCP, listening. An IPv6 socket serves IPv6
// only, so that both families can hold one port.
Result<UniqueFd> open_listener(const ListenRequest& request);

}  // namespace fogbank::core
