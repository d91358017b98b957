#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/event_loop.h"
#include "core/log.h"
#include "core/metrics.h"
#include "dns/answering.h"
#include "dns/dns.h"
#include "dns/tcp_server.h"
#include "dns/udp_server.h"

namespace fogbank::dns {
namespace {

// By Outcome.
constexpr std::array<const char*, kOutcomeCount> kOutcomeLabels = {
    R"(outcome="ignored")",        R"(outcome="forwarded")", R"(outcome="address")",
    R"(outcome="no_data")",        R"(outcome="nxdomain")",  R"(outcome="malformed")",
    R"(outcome="unknown_opcode")", R"(outcome="refused")",   R"(outcome="bad_version")",
};
// Bursts of a whole machine's lookups; the kernel grants what net.core.rmem_max allows.
constexpr int kReceiveBufferBytes = 1024 * 1024;

std::optional<core::SocketAddress> address_of(int fd) {
  sockaddr_storage raw{};
  socklen_t bytes = sizeof raw;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &bytes) != 0) return std::nullopt;
  return core::SocketAddress::from(raw);
}

bool is_wildcard(const core::IpAddress& ip) {
  const auto& bytes = ip.bytes();
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

// A resolver that forwards to itself answers nothing and burns a core.
core::Result<void> check_forwarders(const ResolverConfig& config, int fd) {
  const auto own = address_of(fd);
  if (!own) return core::Error{"dns: a socket has no address"};
  for (const core::SocketAddress& forwarder : config.forwarders) {
    const bool is_loopback = forwarder.ip == *core::IpAddress::parse("::1") ||
                             (forwarder.ip.is_v4() && forwarder.ip.bytes()[0] == 127);
    const bool is_own = forwarder.ip == own->ip || (is_wildcard(own->ip) && is_loopback &&
                                                    own->ip.family() == forwarder.ip.family());
    if (is_own && forwarder.port == own->port) {
      return core::Error{"dns: the forwarder " + forwarder.text() +
                         " is fogbank's own resolver; name the site's resolver instead"};
    }
  }
  return {};
}

// One loop's part. The forwarder is declared last, so that it goes first: it calls the servers.
class LoopResolver final {
 public:
  LoopResolver(core::EventLoop& loop, const ResolverConfig& config, const Answering& shared)
      : loop_(loop), answering_(shared), tcp_(loop, answering_, config.tcp_idle_ms) {}
  LoopResolver(const LoopResolver&) = delete;
  LoopResolver& operator=(const LoopResolver&) = delete;
  ~LoopResolver() {
    for (const auto& server : udp_) loop_.unwatch(server->fd());
  }

  core::Result<void> start(const ResolverConfig& config, ResolverLoop& sockets) {
    if (answering_.site.knowledge.others == OtherNames::kForward) {
      auto forwarder = Forwarder::create(loop_, config.forwarders);
      if (!forwarder) return forwarder.error();
      forwarder_ = std::move(*forwarder);
      answering_.forwarder = forwarder_.get();
    }
    for (core::UniqueFd& fd : sockets.udp_sockets) {
      if (auto checked = check_forwarders(config, fd.get()); !checked) return checked;
      ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBufferBytes,
                   sizeof kReceiveBufferBytes);
      udp_.push_back(std::make_unique<UdpServer>(std::move(fd), batch_, answering_));
      auto watched = loop_.watch(udp_.back()->fd(), EPOLLIN, *udp_.back());
      if (!watched) return watched;
    }
    for (core::UniqueFd& fd : sockets.tcp_listeners) {
      if (auto listening = tcp_.listen(std::move(fd)); !listening) return listening;
    }
    return {};
  }

 private:
  core::EventLoop& loop_;
  Answering answering_;
  UdpBatch batch_;
  std::vector<std::unique_ptr<UdpServer>> udp_;
  TcpServer tcp_;
  std::unique_ptr<Forwarder> forwarder_;
};

class AllLoopsResolver final : public Resolver {
 public:
  AllLoopsResolver(Knowledge knowledge, core::Metrics& metrics)
      : knowledge_(std::move(knowledge)), counters_(metrics) {}

  core::Result<void> start(const ResolverConfig& config, std::vector<ResolverLoop>& loops,
                           const AddressSource& addresses) {
    const Answering shared{{knowledge_, addresses}, nullptr, counters_};
    for (ResolverLoop& sockets : loops) {
      loops_.push_back(std::make_unique<LoopResolver>(sockets.loop, config, shared));
      if (auto started = loops_.back()->start(config, sockets); !started) return started;
    }
    return {};
  }

 private:
  const Knowledge knowledge_;
  DnsCounters counters_;
  std::vector<std::unique_ptr<LoopResolver>> loops_;
};

}  // namespace

DnsCounters::DnsCounters(core::Metrics& metrics)
    : outcomes{},
      forwards_refused(
          metrics.counter("fogbank_dns_forward_failures_total", R"(reason="too_many")")),
      forwards_failed(
          metrics.counter("fogbank_dns_forward_failures_total", R"(reason="no_answer")")),
      sends_failed(metrics.counter("fogbank_dns_send_failures_total")),
      connections(metrics.counter("fogbank_dns_tcp_connections_total")),
      connections_closed(metrics.counter("fogbank_dns_tcp_connections_closed_total")) {
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    outcomes[i] = &metrics.counter("fogbank_dns_queries_total", kOutcomeLabels[i]);
  }
}

core::Result<std::unique_ptr<Resolver>> Resolver::create(const ResolverConfig& config,
                                                         std::vector<ResolverLoop> loops,
                                                         const ResolverLinks& links) {
  auto knowledge = make_knowledge(config);
  if (!knowledge) return knowledge.error();
  const bool is_forwarding = knowledge->others == OtherNames::kForward;
  if (config.others == OtherNames::kForward && !is_forwarding) {
    links.log.warn("resolver_without_forwarder", {{"other_names", "nxdomain"}});
  }
  auto resolver = std::make_unique<AllLoopsResolver>(std::move(*knowledge), links.metrics);
  if (auto started = resolver->start(config, loops, links.addresses); !started) {
    return started.error();
  }
  links.log.info("resolver_started", {{"zones", config.zones.size()},
                                      {"forwarders", is_forwarding ? config.forwarders.size() : 0},
                                      {"loops", loops.size()}});
  return std::unique_ptr<Resolver>(std::move(resolver));
}

}  // namespace fogbank::dns
