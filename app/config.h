// The one configuration file: YAML, every key optional, unknown keys are errors with their line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/log.h"
#include "core/result.h"

namespace fogbank::app {

inline constexpr std::string_view kDefaultConfigPath = "/etc/fogbank/fogbank.yaml";

enum class ResolverMode : uint8_t {
  kAuto,       // connected if the host had a resolver before us, otherwise isolated
  kConnected,  // names that are not AWS's are forwarded
  kIsolated,   // names that are not AWS's do not exist
};

struct Config {
  std::string account = "000000000000";  // of access keys that belong to no other account
  std::string state = "/var/lib/fogbank";
  std::string run = "/run/fogbank";
  std::string user = "fogbank";  // the daemon's; made by `fogbank up`
  std::string durability = "strict";
  std::string steering = "auto";  // or nftables, iptables, direct
  ResolverMode resolver_mode = ResolverMode::kAuto;
  std::vector<core::SocketAddress> forwarders;  // empty: those the host had before us
  std::string vip_v4 = "198.18.0.0";            // first address of a /15 for VIPs
  std::string vip_v6 = "fdf0:6ba0:4500::";      // first address of a /64 for VIPs
  uint16_t tls_port = 8443;                     // where steered connections arrive
  uint16_t plain_port = 8480;
  core::SocketAddress admin;  // metrics and status, loopback only
  unsigned loops = 0;         // event loops; 0: one per core
  core::LogLevel log_level = core::LogLevel::kInfo;

  Config();
};

// The defaults overridden by the file. A missing file is an error unless it is the default path.
core::Result<Config> load_config(const std::string& path);
core::Result<Config> parse_config(const std::string& yaml, const std::string& name);

// The effective configuration, as YAML that load_config() reads back to the same value.
std::string to_yaml(const Config& config);

}  // namespace fogbank::app
