// The resolver: answers every name of the captured zones with VIPs, over UDP and TCP, and
// forwards or denies all other names (RFC 1035, 6891, 7766, 9619).
//
// An owned name always exists: A and AAAA give its VIP, every other type NOERROR without records
// and an SOA, so that nothing real (TXT, HTTPS, ECH keys …) shines through and no client gives up
// or asks the next server. SERVFAIL is for forwarded names only, REFUSED for zone transfers and
// other classes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/fd.h"
#include "core/result.h"

namespace fogbank::core {
class EventLoop;
class Log;
class Metrics;
}  // namespace fogbank::core

namespace fogbank::dns {

// Of one owned name. Without one of them, queries for that family get an empty answer.
struct Addresses {
  std::optional<core::IpAddress> v4;
  std::optional<core::IpAddress> v6;
};

// Gives owned names their VIPs. Called for each query, from every loop's thread.
class AddressSource {
 public:
  virtual ~AddressSource() = default;
  // `name` is inside an owned zone, a valid host name in lower case, without a final dot.
  [[nodiscard]] virtual Addresses addresses_of(std::string_view name) const = 0;
};

enum class OtherNames : uint8_t {
  kForward,  // connected site: ask the forwarders
  kDeny,     // isolated site: NXDOMAIN at once
};

struct ResolverConfig {
  std::vector<std::string> zones;  // owned, each with all names below it
  OtherNames others = OtherNames::kDeny;
  std::vector<core::SocketAddress> forwarders;  // none: other names are denied
  // Clients keep an answer this long; short, because VIPs go when fogbank goes.
  uint32_t ttl_s = 5;
  // A TCP connection without a query for this long is closed (RFC 7766 section 6.2.3).
  int64_t tcp_idle_ms = 10'000;
};

// Where one loop serves. The sockets are non-blocking; UDP sockets that are bound to a wildcard
// address have packet information switched on (core::ListenRequest), so that the answer leaves
// from the address that was asked.
struct ResolverLoop {
  core::EventLoop& loop;
  std::vector<core::UniqueFd> udp_sockets;
  std::vector<core::UniqueFd> tcp_listeners;
};

// What a resolver uses; all of it outlives the resolver.
struct ResolverLinks {
  const AddressSource& addresses;
  const core::Log& log;
  core::Metrics& metrics;
};

// Limits on what peers control; beyond them a datagram is dropped or a connection closed.
inline constexpr std::size_t kUdpQueryBytesMax = 1500;
inline constexpr std::size_t kTcpQueryBytesMax = 4096;
inline constexpr std::size_t kTcpConnectionsMax = 256;  // per loop; the longest idle one gives way
inline constexpr std::size_t kForwardsMax = 1024;       // per loop, unanswered
// What a forwarded answer may have over UDP before it is truncated (DNS flag day 2020).
inline constexpr std::size_t kUdpAnswerBytesMax = 1232;

class Resolver {
 public:
  virtual ~Resolver() = default;
  // Starts to serve on all loops. Call it, and destroy the resolver, while the loops do not run.
  // Errors: a zone or a forwarder that is none, a forwarder that is one of the resolver's own
  // sockets, a descriptor that cannot be watched.
  static core::Result<std::unique_ptr<Resolver>> create(const ResolverConfig& config,
                                                        std::vector<ResolverLoop> loops,
                                                        const ResolverLinks& links);
};

}  // namespace fogbank::dns
