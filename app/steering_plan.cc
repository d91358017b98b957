#include "app/steering_plan.h"

namespace fogbank::app {
namespace {

using proxy::Listener;

struct HttpPort {
  uint16_t port;
  Listener::Kind kind;
};
constexpr HttpPort kHttpPorts[] = {{443, Listener::Kind::kTls}, {80, Listener::Kind::kPlain}};

uint16_t listener_port(const Config& config, Listener::Kind kind) {
  return kind == Listener::Kind::kTls ? config.tls_port : config.plain_port;
}

// Steered connections arrive at one address per family, on a socket per loop.
core::Result<void> open_steered(netfilter::Client& netd, const Config& config,
                                const aws::Vip& target, std::size_t loops,
                                InstanceSockets& sockets) {
  for (const core::IpAddress& ip : {target.v4, target.v6}) {
    for (const HttpPort& http : kHttpPorts) {
      for (std::size_t loop = 0; loop < loops; ++loop) {
        auto fd = netd.listen({.address = {ip, listener_port(config, http.kind)},
                               .reuse_port = true});
        if (!fd) return fd.error();
        sockets.http.push_back({std::move(*fd), http.kind, loop});
      }
    }
  }
  return {};
}

core::Result<void> open_direct(netfilter::Client& netd, const netfilter::Plan& plan,
                               InstanceSockets& sockets) {
  for (const core::IpAddress& ip : plan.vips) {
    for (const HttpPort& http : kHttpPorts) {
      auto fd = netd.listen({.address = {ip, http.port}});
      if (!fd) return fd.error();
      sockets.http.push_back({std::move(*fd), http.kind, std::nullopt});
    }
  }
  return {};
}

}  // namespace

std::vector<core::IpAddress> resolver_addresses(const aws::VipPool& pool) {
  const aws::Vip vip = pool.vip(aws::kResolverVip);
  return {vip.v4, vip.v6};
}

netfilter::Plan make_plan(const Config& config, const aws::VipPool& pool) {
  netfilter::Plan plan;
  plan.backend = *netfilter::parse_backend(config.steering);
  const aws::Vip target = pool.vip(aws::kOtherNamesVip);
  for (const aws::VipNumber number : aws::vip_numbers()) {
    const aws::Vip vip = pool.vip(number);
    plan.vips.push_back(vip.v4);
    plan.vips.push_back(vip.v6);
    for (const HttpPort& http : kHttpPorts) {
      const uint16_t port = listener_port(config, http.kind);
      plan.redirects.push_back({{vip.v4, http.port}, {target.v4, port}});
      plan.redirects.push_back({{vip.v6, http.port}, {target.v6, port}});
    }
  }
  return plan;
}

core::Result<InstanceSockets> open_sockets(netfilter::Client& netd, const Config& config,
                                           const aws::VipPool& pool, netfilter::Backend backend,
                                           std::size_t loops) {
  InstanceSockets sockets;
  auto opened = backend == netfilter::Backend::kDirect
                    ? open_direct(netd, make_plan(config, pool), sockets)
                    : open_steered(netd, config, pool.vip(aws::kOtherNamesVip), loops, sockets);
  if (!opened) return opened.error();
  auto admin = netd.listen({.address = config.admin});
  if (!admin) return admin.error();
  sockets.http.push_back({std::move(*admin), Listener::Kind::kPlain, 0});

  sockets.dns.resize(loops);
  for (const core::IpAddress& ip : resolver_addresses(pool)) {
    for (std::size_t loop = 0; loop < loops; ++loop) {
      auto udp = netd.listen({.address = {ip, 53},
                              .transport = core::Transport::kUdp,
                              .reuse_port = true,
                              .packet_info = true});
      if (!udp) return udp.error();
      sockets.dns[loop].udp.push_back(std::move(*udp));
      auto tcp = netd.listen({.address = {ip, 53}, .reuse_port = true});
      if (!tcp) return tcp.error();
      sockets.dns[loop].tcp.push_back(std::move(*tcp));
    }
  }
  return sockets;
}

}  // namespace fogbank::app
