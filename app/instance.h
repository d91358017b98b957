// One running emulation: store, gateway, certificates, proxy and resolver on sockets that the
// caller made (in this namespace or in another one).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "aws/services.h"
#include "core/clock.h"
#include "core/fd.h"
#include "core/log.h"
#include "core/metrics.h"
#include "core/random.h"
#include "proxy/proxy.h"

namespace fogbank::app {

struct InstanceSockets {
  std::vector<proxy::Listener> http;
  // Sockets of the resolver, by event loop; UDP sockets of one address share their port.
  struct Dns {
    std::vector<core::UniqueFd> udp;
    std::vector<core::UniqueFd> tcp;
  };
  std::vector<Dns> dns;
};

struct InstanceOptions {
  std::string state;  // holds data/ and ca/
  std::string durability = "strict";
  std::string account;
  aws::VipPool vips;
  std::size_t loops = 1;
  std::vector<core::SocketAddress> forwarders;  // empty: an isolated site
  core::SocketAddress admin;                    // requests that arrive there are for us, not AWS
  std::string steering;                         // as `fogbank status` shows it
};

class Instance final {
 public:
  static core::Result<std::unique_ptr<Instance>> create(const InstanceOptions& options,
                                                        InstanceSockets sockets, core::Log& log);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance();  // stops at once

  void start();
  // Finishes what is under way, for at most `timeout_ms`.
  void stop(int64_t timeout_ms);
  [[nodiscard]] const std::string& root_pem() const;

 private:
  struct Parts;
  explicit Instance(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// The zones that leaves may be issued for.
std::vector<std::string> certified_zones();

}  // namespace fogbank::app
