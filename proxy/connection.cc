#include "proxy/connection.h"

#include <sys/epoll.h>

#include <algorithm>

#include "core/text.h"
#include "proxy/http1_answer.h"
#include "proxy/http1_engine.h"
#include "proxy/http2_engine.h"

namespace fogbank::proxy {
namespace {

// Reads and writes of one connection before the others get their turn.
constexpr int kRoundsPerTurn = 16;
// An idle connection keeps at most this much of its output buffer.
constexpr std::size_t kIdleOutputBytes = 16 * 1024;
// RFC 9113 section 3.4: what a client with prior knowledge sends first.
constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::byte kTlsHandshakeRecord{0x16};

Transport make_transport(core::UniqueFd fd, TlsContext* context, TlsPeer& peer) {
  if (context == nullptr) return Transport(std::move(fd));
  certs::UniqueSsl ssl = context->accept(fd.get(), peer);
  return Transport(std::move(fd), std::move(ssl));
}

}  // namespace

Connection::Connection(const ConnectionLinks& links, core::UniqueFd fd, core::ConnectionFacts facts,
                       TlsContext* context)
    : links_(links),
      peer_{facts.destination, {}, false},
      facts_(std::move(facts)),
      transport_(make_transport(std::move(fd), context, peer_)),
      phase_(context != nullptr ? Phase::kHandshake : Phase::kSniff),
      since_ms_(links.engine.loop.monotonic_ms()) {
  links_.engine.counters.connections.add(1);
  if (context != nullptr && !transport_.is_tls()) end();
}

Connection::~Connection() {
  links_.engine.loop.unwatch(transport_.fd());
  engine_.reset();  // while the output it refers to is there
  links_.engine.counters.connections.add(-1);
}

void Connection::start() {
  watched_events_ = EPOLLIN;
  if (!links_.engine.loop.watch(transport_.fd(), EPOLLIN, *this)) end();
  run();
}

void Connection::on_ready(uint32_t events) {
  // An error or a hang-up of both sides leaves nobody to answer to.
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) end();
  if ((events & EPOLLIN) != 0) can_read_ = true;
  if ((events & EPOLLOUT) != 0) can_write_ = true;
  run();
}

void Connection::wake() {
  was_woken_ = true;
  if (!is_running_) links_.owner.run_soon(*this);
}

void Connection::run() {
  is_running_ = true;
  if (phase_ != Phase::kEnded) advance();
  is_running_ = false;
  if (phase_ == Phase::kEnded) {
    links_.owner.remove(*this);
  } else {
    update_interest();
  }
}

void Connection::advance() {
  if (phase_ == Phase::kHandshake) shake_hands();
  if (phase_ == Phase::kHandshake) return;
  for (int round = 0; round < kRoundsPerTurn; ++round) {
    if (phase_ == Phase::kLinger) return discard_input();
    if (phase_ == Phase::kEnded) return;
    was_woken_ = false;
    if (engine_) engine_->advance();
    bool moved = flush();
    if (phase_ == Phase::kEnded) return;
    if (engine_ && engine_->ending() != Ending::kNone) {
      act_on_ending();
      if (phase_ == Phase::kOpen) return;  // output is left
      continue;
    }
    const bool wants_input = !has_peer_ended_ && (!engine_ || engine_->wants_input());
    if (wants_input && can_read_) moved = read() || moved;
    if (!moved && !was_woken_) return;
  }
  links_.owner.run_soon(*this);
}

// ---- TLS

void Connection::shake_hands() {
  const Transport::Io io = transport_.handshake();
  switch (io.outcome) {
    case Transport::Outcome::kWantRead:
      can_read_ = false;
      return;
    case Transport::Outcome::kWantWrite:
      can_write_ = false;
      return;
    case Transport::Outcome::kDone:
      break;
    default:
      return fail_handshake();
  }
  Counters& counters = links_.engine.counters;
  const bool is_resumed = ::SSL_session_reused(transport_.ssl()) == 1;
  (is_resumed ? counters.handshakes_resumed : counters.handshakes_full).add();
  facts_.is_tls = true;
  facts_.server_name = peer_.server_name;
  can_read_ = true;
  open_engine(TlsContext::negotiated(transport_.ssl()));
}

void Connection::fail_handshake() {
  Counters& counters = links_.engine.counters;
  if (TlsContext::failed_on_plain_http()) {
    counters.plain_on_tls.add();
    transport_.drop_tls();
    append_needs_tls(out_);
    flush();
    return linger();
  }
  (peer_.lacks_leaf ? counters.handshakes_without_leaf : counters.handshakes_failed).add();
  links_.engine.log.debug("handshake_failed", {{"peer", facts_.peer.text()},
                                               {"destination", facts_.destination.text()},
                                               {"server_name", peer_.server_name}});
  end();
}

void Connection::open_engine(TlsContext::Protocol protocol) {
  auto facts = std::make_shared<const core::ConnectionFacts>(std::move(facts_));
  EngineDriver& driver = *this;
  if (protocol == TlsContext::Protocol::kHttp2) {
    engine_ = std::make_unique<Http2Engine>(links_.engine, std::move(facts), out_, driver);
  } else {
    engine_ = std::make_unique<Http1Engine>(links_.engine, std::move(facts), out_, driver);
  }
  phase_ = Phase::kOpen;
  if (is_draining_) engine_->drain();
}

void Connection::sniff(std::span<const std::byte> bytes) {
  sniffed_.append(bytes);
  const std::string_view text = core::as_text(sniffed_.front());
  if (sniffed_.front().front() == kTlsHandshakeRecord) {
    links_.engine.counters.tls_on_plain.add();
    return end();
  }
  const std::size_t common = std::min(text.size(), kHttp2Preface.size());
  const bool may_be_http2 = text.substr(0, common) == kHttp2Preface.substr(0, common);
  if (may_be_http2 && common < kHttp2Preface.size()) return;
  open_engine(may_be_http2 ? TlsContext::Protocol::kHttp2 : TlsContext::Protocol::kHttp1);
  engine_->take(sniffed_.front());
  sniffed_ = {};
}

// ---- bytes

bool Connection::flush() {
  if (out_.empty()) return false;
  bool moved = false;
  while (!out_.empty() && can_write_) {
    const Transport::Io io = transport_.write(out_.front());
    if (io.outcome == Transport::Outcome::kDone) {
      out_.consume(io.bytes);
      moved = true;
    } else if (io.outcome == Transport::Outcome::kWantWrite) {
      can_write_ = false;
    } else {
      end();
      return false;
    }
  }
  if (moved || !had_output_) since_ms_ = links_.engine.loop.monotonic_ms();
  had_output_ = !out_.empty();
  if (!had_output_) out_.shrink(kIdleOutputBytes);
  return moved;
}

bool Connection::read() {
  const Transport::Io io = transport_.read(links_.read_buffer);
  switch (io.outcome) {
    case Transport::Outcome::kDone:
      can_read_ = !transport_.is_read_empty();
      if (engine_) {
        engine_->take(links_.read_buffer.first(io.bytes));
      } else {
        sniff(links_.read_buffer.first(io.bytes));
      }
      return true;
    case Transport::Outcome::kWantRead:
      can_read_ = false;
      return false;
    case Transport::Outcome::kWantWrite:  // a key update that the socket has no room for
      can_write_ = can_read_ = false;
      return false;
    case Transport::Outcome::kEnd:
      has_peer_ended_ = true;
      if (!engine_) {
        end();
      } else {
        engine_->take_end();
      }
      return true;
    case Transport::Outcome::kBroken:
      break;
  }
  end();
  return false;
}

// ---- the end

void Connection::act_on_ending() {
  if (engine_->ending() == Ending::kBreak) {
    transport_.prepare_reset();
    return end();
  }
  if (!out_.empty()) return;
  const bool is_lingering = engine_->ending() == Ending::kLinger && !has_peer_ended_;
  engine_.reset();
  if (is_lingering) return linger();
  transport_.end_writing();
  end();
}

void Connection::linger() {
  transport_.end_writing();
  phase_ = Phase::kLinger;
  since_ms_ = links_.engine.loop.monotonic_ms();
  can_read_ = true;
}

void Connection::discard_input() {
  for (int round = 0; round < kRoundsPerTurn; ++round) {
    const Transport::Io io = transport_.read(links_.read_buffer);
    if (io.outcome == Transport::Outcome::kWantRead) return;
    if (io.outcome != Transport::Outcome::kDone) return end();
  }
}

void Connection::check_time(int64_t idle_timeout_ms) {
  const Limits& limits = links_.engine.limits;
  Counters& counters = links_.engine.counters;
  const int64_t now = links_.engine.loop.monotonic_ms();
  const int64_t passed = now - since_ms_;
  switch (phase_) {
    case Phase::kHandshake:
      if (passed < limits.handshake_timeout_ms) return;
      counters.timeouts_handshake.add();
      end();
      break;
    case Phase::kSniff:
      if (passed < (sniffed_.empty() ? idle_timeout_ms : limits.head_timeout_ms)) return;
      counters.timeouts_idle.add();
      end();
      break;
    case Phase::kOpen:
      if (!out_.empty() && passed >= limits.write_stall_timeout_ms) {
        counters.timeouts_write.add();
        end();
      } else {
        engine_->check_time({now, idle_timeout_ms});
      }
      break;
    case Phase::kLinger:
      if (passed < limits.linger_timeout_ms) return;
      end();
      break;
    case Phase::kEnded:
      break;
  }
  run();
}

void Connection::drain() {
  is_draining_ = true;
  if (engine_) engine_->drain();
  run();
}

// ---- the loop's interest

uint32_t Connection::interest() const {
  uint32_t events = 0;
  if (!can_write_) events |= EPOLLOUT;
  switch (phase_) {
    case Phase::kHandshake:
      return can_write_ ? EPOLLIN : EPOLLOUT;
    case Phase::kSniff:
    case Phase::kLinger:
      return events | EPOLLIN;
    case Phase::kOpen:
      if (!has_peer_ended_ && engine_->wants_input()) events |= EPOLLIN;
      return events;
    case Phase::kEnded:
      break;
  }
  return events;
}

void Connection::update_interest() {
  const uint32_t wanted = interest();
  if (wanted == watched_events_) return;
  watched_events_ = wanted;
  links_.engine.loop.change(transport_.fd(), wanted);
}

}  // namespace fogbank::proxy
