#include "app/instance.h"

#include "app/admin.h"
#include "app/files.h"
#include "aws/endpoint.h"
#include "aws/zones.h"
#include "certs/certs.h"
#include "dns/dns.h"
#include "emulators/emulators.h"
#include "storage/storage.h"

namespace fogbank::app {
namespace {

// Where the names of AWS lead to.
class VipSource final : public dns::AddressSource {
 public:
  explicit VipSource(const aws::VipPool& pool) : pool_(pool) {}
  [[nodiscard]] dns::Addresses addresses_of(std::string_view name) const override {
    const auto endpoint = aws::parse_host(name);
    const aws::Vip vip = pool_.vip(endpoint ? endpoint->vip() : aws::kOtherNamesVip);
    return {vip.v4, vip.v6};
  }

 private:
  aws::VipPool pool_;
};

}  // namespace

// In the order of making; the destructor of Instance takes them down in the order that the
// gateway's contract asks for.
struct Instance::Parts {
  explicit Parts(const InstanceOptions& options, core::Log& the_log)
      : log(the_log), vips(options.vips), admin(metrics, clock, options.steering) {}

  core::Log& log;
  core::SystemClock clock;
  core::SystemRandom random;
  core::Metrics metrics;
  VipSource vips;
  Admin admin;
  std::unique_ptr<certs::Authority> authority;
  std::unique_ptr<certs::LeafCache> leaves;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<emulators::Gateway> gateway;
  std::unique_ptr<FrontDoor> front_door;
  std::unique_ptr<proxy::Server> server;
  std::unique_ptr<dns::Resolver> resolver;
};

std::vector<std::string> certified_zones() {
  std::vector<std::string> zones;
  for (const std::string_view zone : aws::capture_zones()) zones.emplace_back(zone);
  return zones;
}

Instance::Instance(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Instance::~Instance() {
  if (parts_->server) parts_->server->stop();
  parts_->resolver.reset();
  parts_->store.reset();  // tells every pending write, which posts to loops that still exist
}

core::Result<std::unique_ptr<Instance>> Instance::create(const InstanceOptions& options,
                                                         InstanceSockets sockets, core::Log& log) {
  auto parts = std::make_unique<Parts>(options, log);
  auto authority = certs::Authority::load_or_create(options.state + "/ca", certified_zones(),
                                                    parts->clock, parts->random);
  if (!authority) return authority.error();
  parts->authority = std::move(*authority);
  const aws::VipPool pool = options.vips;
  auto leaves = certs::LeafCache::create(
      {*parts->authority, parts->clock, parts->random, parts->log, parts->metrics},
      {.names_of_address = [pool](const core::IpAddress& address) {
        std::vector<std::string> names;
        if (const auto number = pool.number_of(address)) {
          names.emplace_back(aws::canonical_host(*number));
        }
        return names;
      }});
  if (!leaves) return leaves.error();
  parts->leaves = std::move(*leaves);

  auto store = storage::Store::open(
      {.directory = options.state + "/data",
       .durability = options.durability == "strict" ? storage::Durability::kStrict
                                                    : storage::Durability::kRelaxed},
      parts->log, parts->metrics, parts->random);
  if (!store) return store.error();
  parts->store = std::move(*store);
  parts->gateway = emulators::Gateway::create(
      {.default_account = *aws::AccountId::parse(options.account)},
      {*parts->store, parts->clock, parts->random, parts->log, parts->metrics});
  parts->front_door =
      std::make_unique<FrontDoor>(options.admin, parts->admin, *parts->gateway);

  auto server = proxy::Server::create(
      options.loops, proxy::Limits{},
      {*parts->front_door, *parts->leaves, parts->log, parts->metrics});
  if (!server) return server.error();
  parts->server = std::move(*server);
  for (proxy::Listener& listener : sockets.http) {
    if (auto added = parts->server->add_listener(std::move(listener)); !added) {
      return added.error();
    }
  }

  std::vector<dns::ResolverLoop> dns_loops;
  for (std::size_t i = 0; i < sockets.dns.size(); ++i) {
    dns_loops.push_back({parts->server->loop(i % parts->server->loop_count()),
                         std::move(sockets.dns[i].udp), std::move(sockets.dns[i].tcp)});
  }
  auto resolver = dns::Resolver::create(
      {.zones = certified_zones(),
       .others = options.forwarders.empty() ? dns::OtherNames::kDeny : dns::OtherNames::kForward,
       .forwarders = options.forwarders},
      std::move(dns_loops), {parts->vips, parts->log, parts->metrics});
  if (!resolver) return resolver.error();
  parts->resolver = std::move(*resolver);
  return std::unique_ptr<Instance>(new Instance(std::move(parts)));
}

void Instance::start() { parts_->server->start(); }

void Instance::stop(int64_t timeout_ms) {
  parts_->gateway->release_waiting();
  if (!parts_->server->drain(timeout_ms)) parts_->log.warn("drain_cut", {{"after_ms", timeout_ms}});
}

const std::string& Instance::root_pem() const { return parts_->authority->root_pem(); }

}  // namespace fogbank::app
