// The listeners and what they speak: TLS, HTTP/1.1 and HTTP/2, plain HTTP. Decodes requests, of
// any version into one form, for a core::RequestHandler and sends its answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/address.h"
#include "core/fd.h"
#include "core/http.h"
#include "core/result.h"

namespace fogbank::core {
class EventLoop;
class Log;
class Metrics;
}  // namespace fogbank::core
namespace fogbank::certs {
class LeafSource;
}

namespace fogbank::proxy {

// A bound on everything that a peer controls. Zero is not "no limit": it is zero.
struct Limits {
  // A request's head; over it 414 or 431. AWS takes 8 KiB of headers for S3 user metadata and
  // tokens of a few KiB; presigned URLs stay below 8 KiB.
  std::size_t request_line_bytes_max = 16 * 1024;
  std::size_t head_bytes_max = 64 * 1024;
  std::size_t fields_max = 128;
  std::size_t trailer_bytes_max = 8 * 1024;
  std::size_t trailers_max = 32;
  // Over it 413. One S3 PUT carries 5 GiB and, when it is aws-chunked, signatures.
  uint64_t body_bytes_max = 6ULL * 1024 * 1024 * 1024;
  // What a request not yet answered, or paused, may leave unread in memory (HTTP/1.1).
  std::size_t pipelined_bytes_max = 64 * 1024;
  // The rest of a body that is read and dropped after an early answer, instead of closing.
  uint64_t discarded_bytes_max = 256 * 1024;
  // Bytes of answers in memory of one connection before producing more of them stops.
  std::size_t queued_bytes_mark = 128 * 1024;

  // HTTP/2 (RFC 9113). The connection window bounds what paused streams hold in memory.
  uint32_t streams_max = 128;
  uint32_t stream_window_bytes = 256 * 1024;
  uint32_t connection_window_bytes = 1024 * 1024;
  // PING, SETTINGS, RST_STREAM, PRIORITY, empty DATA and other frames that only cost work.
  uint32_t control_frames_burst = 1000;
  uint32_t control_frames_per_second = 100;

  std::size_t connections_max = 16 * 1024;  // of one loop; over it, new ones wait to be accepted
  int64_t handshake_timeout_ms = 30'000;
  int64_t idle_timeout_ms = 120'000;          // between requests
  int64_t idle_timeout_when_full_ms = 2'000;  // the same, while new connections have to wait
  int64_t idle_timeout_in_drain_ms = 500;     // the same, for a first request during drain()
  int64_t head_timeout_ms = 30'000;           // from a head's first byte to its last
  int64_t body_stall_timeout_ms = 60'000;     // no byte of a body that we are ready to take
  int64_t write_stall_timeout_ms = 60'000;    // no byte of an answer accepted by the peer
  int64_t linger_timeout_ms = 5'000;  // reading on after the last answer, so that it arrives
};

// An open listening socket, not blocking. It may come from another process or be bound in
// another network namespace.
struct Listener {
  enum class Kind : uint8_t { kTls, kPlain };
  core::UniqueFd fd;
  Kind kind = Kind::kTls;
  // The loop that accepts from it, for sockets that share a port by SO_REUSEPORT; nothing: all
  // loops accept from this one socket.
  std::optional<std::size_t> loop;
};

// One thread and one event loop per worker. Public functions are for one owning thread, which is
// none of the loops; the handler, the leaf source, the log and the metrics must outlive it.
class Server final {
 public:
  struct Links {
    core::RequestHandler& handler;
    certs::LeafSource& leaves;
    core::Log& log;
    core::Metrics& metrics;
  };
  static core::Result<std::unique_ptr<Server>> create(std::size_t loops, const Limits& limits,
                                                      const Links& links);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();  // stops

  // Before start() or while it runs.
  core::Result<void> add_listener(Listener listener);
  void start();
  // Stops accepting, tells peers to go elsewhere, finishes the requests that are being served,
  // then stops. Returns true if that took no longer than `timeout_ms`; what is left then is cut.
  bool drain(int64_t timeout_ms);
  // Cuts all connections and joins the threads. May be called again.
  void stop();

  [[nodiscard]] std::size_t loop_count() const;
  [[nodiscard]] core::EventLoop& loop(std::size_t index);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct ListenOptions {
  bool shares_port = false;    // SO_REUSEPORT
  bool binds_foreign = false;  // IP_FREEBIND: the address need not be ours yet
  int backlog = 4096;
};
// Makes a listening socket; port 0 takes a free one. IPv6 sockets take no IPv4.
core::Result<core::UniqueFd> listen_tcp(const core::SocketAddress& address,
                                        const ListenOptions& options = {});
// The address a socket is bound to.
core::Result<core::SocketAddress> bound_address(const core::UniqueFd& socket);

}  // namespace fogbank::proxy
