// One version of HTTP on one connection, without any I/O: bytes in, bytes out, requests to the
// handler. The connection moves the bytes and keeps the time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/event_loop.h"
#include "core/http.h"
#include "core/log.h"
#include "proxy/byte_queue.h"
#include "proxy/counters.h"
#include "proxy/proxy.h"

namespace fogbank::proxy {

// What all engines of one loop share; outlives them.
struct EngineLinks {
  core::EventLoop& loop;
  core::RequestHandler& handler;
  const Limits& limits;
  Counters& counters;
  core::Log& log;
};

// What an engine asks of whoever drives it.
class EngineDriver {
 public:
  virtual ~EngineDriver() = default;
  // advance() is wanted soon, not now: the caller may be a session that the engine destroys.
  virtual void wake() = 0;
};

// How a connection goes on.
enum class Ending : uint8_t {
  kNone,    // it stays open
  kClose,   // once all output is sent
  kLinger,  // the same, but reading on for a while: closing with unread input would reset the
            // connection, and the reset may overtake the answer
  kBreak,   // at once and by a reset, so that a cut answer is not taken for a whole one
};

// What a look at the time needs to know.
struct TimeCheck {
  int64_t now_ms = 0;
  int64_t idle_timeout_ms = 0;  // shorter while there are too many connections
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual void take(std::span<const std::byte> bytes) = 0;  // keeps what it cannot use yet
  virtual void take_end() = 0;                              // the peer has ended its side
  // All that is possible without more input: answers go out, buffered requests start. Stops
  // while the output is over its mark; called again when that has become less.
  virtual void advance() = 0;
  [[nodiscard]] virtual bool wants_input() const = 0;
  [[nodiscard]] virtual Ending ending() const = 0;
  virtual void check_time(const TimeCheck& check) = 0;
  virtual void drain() = 0;  // no new requests; those being served go on
};

}  // namespace fogbank::proxy
