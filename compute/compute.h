// Running other people's code where nothing but fogbank can be reached.
//
// Use by `fogbank run`:
//   SandboxOptions options;
//   options.command = {"aws", "s3", "ls"};
//   options.addresses = {198.18.45.1, its IPv6 twin};   // getaddrinfo wants one that is not ::1
//   options.resolver = 198.18.45.53;                    // any address: all are local inside
//   options.overlays = {{"/etc/ssl/certs/ca-certificates.crt", "/path/of/bundle.pem"}};
//   options.listeners = {{0.0.0.0:53, kUdp, packet_info}, {0.0.0.0:53}, {0.0.0.0:443}, {[::]:443}};
//   auto sandbox = Sandbox::create(options);            // before any thread is started
//   ... serve (*sandbox)->listeners() with DNS and proxy, in this process, outside;
//   (*sandbox)->start();                                // the command runs
//   int code = *(*sandbox)->wait();
//
// The listeners were made inside and work from outside: a connection of the command to
// 52.94.5.1:443 arrives at the listener on 0.0.0.0:443, where getsockname() of the accepted socket
// tells 52.94.5.1:443. Answers to UDP queries must come from the asked address (packet_info).
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/fd.h"
#include "core/listener.h"
#include "core/result.h"

namespace fogbank::compute {

// The regular file `content_path` of the host, seen inside in the place of `target`, which must
// exist; a symlink `target` stands for what it leads to.
struct FileOverlay {
  std::string target;
  std::string content_path;
};

struct EnvironmentVariable {
  std::string name;
  std::optional<std::string> value;  // absent: the variable is removed
};

struct SandboxOptions {
  // Limits of one sandbox; more is an error of create().
  static constexpr std::size_t kListenersMax = 64;
  static constexpr std::size_t kAddressesMax = 1024;
  static constexpr std::size_t kOverlaysMax = 1024;

  std::vector<std::string> command;  // found by PATH; not empty
  // Changes to this process's environment, which the command inherits.
  std::vector<EnvironmentVariable> environment;
  std::vector<FileOverlay> overlays;
  // Paths hidden beside those that are always: the sockets by which a program reaches daemons of
  // the host (resolved, nscd, D-Bus, Docker, containerd, Podman, Avahi). A directory appears empty,
  // another file is an empty file. Paths that do not exist are passed over.
  std::vector<std::string> masks;
  // The only nameserver of /etc/resolv.conf inside.
  core::IpAddress resolver;
  // Put on lo, although every address is local: some programs look for a configured one.
  std::vector<core::IpAddress> addresses;
  std::vector<core::ListenRequest> listeners;
};

// A command in namespaces of its own (user, network, mount, process, host name, IPC), run as the
// calling user in the working directory, environment, standard files and process group of the
// caller. Inside, the only interface is lo, every IPv4 and IPv6 address is local, and what is not
// one of the listeners refuses connections at once. Sockets other than IP, UNIX, netlink, packet
// and crypto ones cannot be made. The command of an ordinary user has no capabilities; root's keeps
// those over files, users and low ports. Needs no root and no daemon, changes nothing outside.
//
// Everything inside ends with the command, with this object, and with the thread that called
// create(), however it ends. One thread at a time.
class Sandbox final {
 public:
  // Must be called while the process has one thread. From then on SIGINT, SIGTERM, SIGHUP and
  // SIGWINCH are blocked in the caller, and in threads it starts, for wait() to pass on.
  // Errors: a missing overlay target, a listener that cannot be made, a kernel or a host that
  // forbids user namespaces (the message says what to change).
  static core::Result<std::unique_ptr<Sandbox>> create(const SandboxOptions& options);
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  ~Sandbox();  // ends everything inside

  // In the order of the options; the caller may move them out.
  [[nodiscard]] std::vector<core::UniqueFd>& listeners() { return listeners_; }
  // Runs the command. Once.
  core::Result<void> start();
  // Waits for the command and answers its exit status, or 128 and the signal that ended it; 127 and
  // 126 if it was not found or could not be run. Passes on signals sent to this process; those that
  // a terminal sends reach the command by themselves.
  core::Result<int> wait();

 private:
  Sandbox(pid_t holder, core::UniqueFd holder_fd, core::UniqueFd control, core::UniqueFd signals);

  pid_t holder_;
  core::UniqueFd holder_fd_;  // readable when the holder has ended
  core::UniqueFd control_;
  core::UniqueFd signals_;
  std::vector<core::UniqueFd> listeners_;
};

}  // namespace fogbank::compute
