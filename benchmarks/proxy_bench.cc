// A proxy that answers every request with the same 1 KB, to be measured against nginx doing so:
//
//   proxy_bench ADDRESS:PORT CA_FOLDER     prints "ready" and serves on one loop until it is killed
#include <unistd.h>

#include <cstdio>

#include "certs/certs.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/metrics.h"
#include "core/random.h"
#include "proxy/proxy.h"

namespace fogbank {
namespace {

constexpr std::size_t kBodyBytes = 1024;

class Ignoring final : public core::RequestSession {
 public:
  core::BodyFlow on_body(std::span<const std::byte>) override { return core::BodyFlow::kContinue; }
  void on_body_end(std::span<const core::HttpHeader>) override {}
};

class Fixed final : public core::RequestHandler {
 public:
  std::unique_ptr<core::RequestSession> begin(std::shared_ptr<const core::HttpRequest>,
                                              core::HttpExchange& exchange) override {
    core::HttpAnswer answer;
    answer.headers.add("Content-Type", "text/plain");
    answer.body.assign(kBodyBytes, 'x');
    exchange.answer(std::move(answer));
    return std::make_unique<Ignoring>();
  }
};

// One leaf for every client: wrk names an address in its SNI, for which nothing is certified.
class OneLeaf final : public certs::LeafSource {
 public:
  explicit OneLeaf(certs::LeafSource& leaves) : leaves_(leaves) {}
  core::Result<std::shared_ptr<const certs::Leaf>> leaf_for(
      std::string_view, const core::SocketAddress& destination) override {
    return leaves_.leaf_for("bench.amazonaws.com", destination);
  }

 private:
  certs::LeafSource& leaves_;
};

core::Result<void> serve(const std::string& address, const std::string& folder) {
  const auto where = core::SocketAddress::parse(address);
  if (!where) return core::Error{"the first argument is an address and a port"};
  core::SystemClock clock;
  core::SystemRandom random;
  core::Log log(STDERR_FILENO, core::LogLevel::kWarn);
  core::Metrics metrics;
  auto authority = certs::Authority::load_or_create(folder, {"amazonaws.com"}, clock, random);
  if (!authority) return authority.error();
  auto leaves = certs::LeafCache::create(
      {**authority, clock, random, log, metrics},
      {.names_of_address = {}});
  if (!leaves) return leaves.error();
  Fixed handler;
  OneLeaf leaf(**leaves);
  auto server = proxy::Server::create(1, {}, {handler, leaf, log, metrics});
  if (!server) return server.error();
  auto fd = proxy::listen_tcp(*where);
  if (!fd) return fd.error();
  if (auto added = (*server)->add_listener({std::move(*fd), proxy::Listener::Kind::kTls, 0});
      !added) {
    return added;
  }
  (*server)->start();
  std::puts("ready");
  std::fflush(stdout);
  ::pause();
  return {};
}

}  // namespace
}  // namespace fogbank

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("usage: proxy_bench ADDRESS:PORT CA_FOLDER\n", stderr);
    return 2;
  }
  if (auto served = fogbank::serve(arguments[1], arguments[2]); !served) {
    std::fprintf(stderr, "proxy_bench: %s\n", served.error().message.c_str());
    return 1;
  }
  return 0;
}
