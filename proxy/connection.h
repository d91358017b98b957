// One accepted connection: from the handshake over an engine of the negotiated protocol to the
// end. Lives on one loop.
#pragma once

#include <memory>
#include <string>

#include "core/event_loop.h"
#include "proxy/byte_queue.h"
#include "proxy/engine.h"
#include "proxy/tls_context.h"
#include "proxy/transport.h"

namespace fogbank::proxy {

class Connection;

// Who has a connection and ends it.
class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  virtual void run_soon(Connection& connection) = 0;  // calls run() before the loop waits again
  virtual void remove(Connection& connection) = 0;    // destroys it
};

// What the connections of one loop share.
struct ConnectionLinks {
  EngineLinks engine;
  ConnectionOwner& owner;
  std::span<std::byte> read_buffer;  // used within one call only
};

class Connection final : public core::Watcher, private EngineDriver {
 public:
  // Without `context` it speaks plain HTTP. `facts` has the addresses; the name comes by TLS.
  Connection(const ConnectionLinks& links, core::UniqueFd fd, core::ConnectionFacts facts,
             TlsContext* context);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Each of these may destroy the connection.
  void start();
  void run();
  void on_ready(uint32_t events) override;
  void check_time(int64_t idle_timeout_ms);
  void drain();

  // Places in the owner's lists.
  std::size_t index = 0;
  bool is_scheduled = false;

 private:
  enum class Phase : uint8_t {
    kHandshake,
    kSniff,   // plain: the first bytes tell the version
    kOpen,    // the engine has it
    kLinger,  // all is said; reading on so that the answer is not lost
    kEnded,
  };

  void wake() override;
  void advance();
  void shake_hands();
  void fail_handshake();
  void open_engine(TlsContext::Protocol protocol);
  void sniff(std::span<const std::byte> bytes);
  bool flush();  // true: bytes were sent
  bool read();   // true: bytes came
  void take_end();
  void act_on_ending();
  void linger();
  void discard_input();
  void end() { phase_ = Phase::kEnded; }
  void update_interest();
  [[nodiscard]] uint32_t interest() const;

  const ConnectionLinks& links_;
  TlsPeer peer_;
  core::ConnectionFacts facts_;  // until an engine gets them
  Transport transport_;
  ByteQueue out_;
  ByteQueue sniffed_;
  std::unique_ptr<Engine> engine_;
  Phase phase_;
  uint32_t watched_events_ = 0;
  bool can_read_ = true;  // worth a try
  bool can_write_ = true;
  bool has_peer_ended_ = false;
  bool is_draining_ = false;
  bool had_output_ = false;
  bool is_running_ = false;
  bool was_woken_ = false;  // since the engine was last called
  int64_t since_ms_;        // handshake, first byte, last progress of output, begin of lingering
};

}  // namespace fogbank::proxy
