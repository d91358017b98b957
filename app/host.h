// The parts of a host that `fogbank up` changes and `fogbank down` gives back, besides the network
// (fogbank-netd) and the resolver (host_resolver.h).
#pragma once

#include <sys/types.h>

#include <string>

#include "app/config.h"
#include "core/result.h"

namespace fogbank::app {

struct DaemonUser {
  uid_t uid;
  gid_t gid;
};

core::Result<DaemonUser> find_user(const std::string& name);
// Makes the system user and its group if they are missing.
core::Result<DaemonUser> ensure_user(const std::string& name);
core::Result<void> give_to(const std::string& path, const DaemonUser& user);

// systemd is the host's first process.
bool has_systemd();

// Starts and stops the daemon and fogbank-netd: as systemd units, or under a supervisor of our own.
core::Result<void> start_daemon(const Config& config, const std::string& config_path);
core::Result<void> stop_daemon(const Config& config);
// Removes the addresses and rules that a fogbank-netd left that could not end properly.
core::Result<void> clean_network(const Config& config);
// The pid in a pidfile whose process holds the file's lock; 0 when there is none.
pid_t supervisor_pid(const Config& config);

// GET of a path on the admin address; nothing while nobody answers.
std::string ask_admin(const Config& config, const std::string& path);

}  // namespace fogbank::app
