// Serves owned names on one loop, for benchmarks/dns.sh to measure against dnsmasq and Unbound.
//
//   dns_bench ADDRESS:PORT      until it is killed
#include <unistd.h>

#include <cstdio>
#include <string>

#include "core/event_loop.h"
#include "core/listener.h"
#include "core/log.h"
#include "core/metrics.h"
#include "dns/dns.h"

namespace fogbank {
namespace {

class OneAddress final : public dns::AddressSource {
 public:
  [[nodiscard]] dns::Addresses addresses_of(std::string_view) const override { return addresses_; }

 private:
  const dns::Addresses addresses_{core::IpAddress::parse("198.18.45.76"),
                                  core::IpAddress::parse("fdf0:6ba0:4500::4c")};
};

int serve(const core::SocketAddress& address) {
  auto loop = core::EventLoop::create();
  core::ListenRequest request;
  request.address = address;
  request.transport = core::Transport::kUdp;
  request.packet_info = true;
  auto socket = core::open_listener(request);
  if (!loop || !socket) return 1;
  const OneAddress addresses;
  const core::Log log(STDERR_FILENO, core::LogLevel::kInfo);
  core::Metrics metrics;
  dns::ResolverConfig config;
  config.zones = {"amazonaws.com", "aws", "cloudfront.net", "aws.amazon.com"};
  std::vector<dns::ResolverLoop> loops;
  loops.push_back({**loop, {}, {}});
  loops[0].udp_sockets.push_back(std::move(*socket));
  const auto resolver = dns::Resolver::create(config, std::move(loops), {addresses, log, metrics});
  if (!resolver) return 1;
  (*loop)->run();
  return 0;
}

}  // namespace
}  // namespace fogbank

int main(int argc, char** argv) {
  const auto address = fogbank::core::SocketAddress::parse(argc == 2 ? argv[1] : "");
  if (!address) {
    std::fprintf(stderr, "usage: dns_bench ADDRESS:PORT\n");
    return 2;
  }
  return fogbank::serve(*address);
}
