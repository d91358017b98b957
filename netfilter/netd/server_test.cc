// SPDX-License-Identifier: GPL-2.0-or-later
// fogbank-netd as a process, asked through the client that the daemon uses.
#include "netfilter/netd/server.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <vector>

#include "netfilter/netd/test_netd.h"
#include "netfilter/netd/test_network.h"

using namespace fogbank;
using namespace fogbank::netfilter;

namespace {

Plan plan(Backend backend = Backend::kAuto) {
  return {backend,
          {ip("198.18.45.72"), ip("198.18.45.1"), ip("fd5e::72"), ip("fd5e::1")},
          {{at("198.18.45.72:443"), at("198.18.45.1:8443")},
           {at("[fd5e::72]:443"), at("[fd5e::1]:8443")}}};
}

core::ListenRequest tcp(std::string_view address) {
  core::ListenRequest out{at(address)};
  out.freebind = true;
  return out;
}

// A process that puts a plan in force and then waits to be killed.
pid_t start_client(const Netd& netd, const Plan& wanted) {
  int ends[2] = {-1, -1};
  REQUIRE(::pipe(ends) == 0);
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    auto client = Client::connect(netd.path());
    if (client && client->apply(wanted)) (void)!::write(ends[1], "", 1);
    ::close(ends[1]);
    for (;;) ::pause();
  }
  ::close(ends[1]);
  char byte = 0;
  CHECK(::read(ends[0], &byte, 1) == 1);
  ::close(ends[0]);
  return pid;
}

void kill_now(pid_t pid) {
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

}  // namespace

TEST_CASE("a plan is put in force, reported and removed exactly, by every backend") {
  for (const Backend backend : {Backend::kNftables, Backend::kIptables, Backend::kDirect}) {
    CAPTURE(backend_name(backend));
    if (!has_own_network()) return;
    output_of("ip address add 198.18.45.99/32 dev lo; nft add table inet other");
    const std::string before = network_state();
    Netd netd({"--port=8443"});
    Client client = netd.client();
    const bool has_rules = backend != Backend::kDirect;
    for (const Redirect& redirect : plan().redirects) {
      CAPTURE(redirect.vip.text());
      const auto listener =
          client.listen(tcp((has_rules ? redirect.listener : redirect.vip).text()));
      REQUIRE_MESSAGE(listener, listener.error().message);
      const auto applied = client.apply(plan(backend));
      REQUIRE_MESSAGE(applied, applied.error().message);
      core::UniqueFd connection;
      REQUIRE(connect_to(redirect.vip, connection) == 0);
      const auto accepted = accept_from(listener->get());
      CHECK(destination_of(accepted.get(), redirect.vip.ip.is_v4()) == redirect.vip);
    }
    const auto status = client.status();
    REQUIRE(status);
    CHECK(status->backend == backend);
    CHECK(status->vips_wanted == 4);
    CHECK(status->vips_present == 4);
    CHECK(status->redirects_wanted == (has_rules ? 2 : 0));
    CHECK(status->redirects_present == status->redirects_wanted);
    CHECK(status->client_pid == static_cast<uint32_t>(::getpid()));
    REQUIRE(status->backends.size() == 1);
    CHECK(status->backends[0].is_usable);

    const std::string during = network_state();
    REQUIRE(client.apply(plan(backend)));
    CHECK(network_state() == during);
    REQUIRE(client.remove());
    CHECK(network_state() == before);
    const auto after = client.status();
    REQUIRE(after);
    CHECK(*after == Status{});
  }
}

TEST_CASE("the first backend that works is chosen, and why the others were not is told") {
  if (!has_own_network()) return;
  Netd netd;
  Client client = netd.client();
  const auto report = client.probe();
  REQUIRE(report);
  CHECK(report->chosen == Backend::kNftables);
  CHECK(report->backends.size() == 1);
  // A firewall that both rule backends run into.
  CHECK(output_of("nft 'add table inet wall; add chain inet wall c { type filter hook input "
                  "priority 0; policy accept; }; add rule inet wall c ct status dnat drop'") == "");
  const auto forced = client.apply(plan(Backend::kIptables));
  REQUIRE_FALSE(forced);
  CHECK(forced.error().message.find("steering by iptables does not work here") !=
        std::string::npos);
  const auto chosen = client.apply(plan());
  REQUIRE(chosen);
  CHECK(chosen->backend == Backend::kDirect);
  REQUIRE(chosen->backends.size() == 3);
  CHECK_FALSE(chosen->backends[0].is_usable);
  CHECK(chosen->backends[0].reason.find("got no answer") != std::string::npos);
  CHECK_FALSE(chosen->backends[1].is_usable);
  CHECK(chosen->backends[2].is_usable);
}

TEST_CASE("changing the backend or the addresses leaves only what the new plan has") {
  if (!has_own_network()) return;
  Netd netd;
  Client client = netd.client();
  const std::string before = network_state();
  REQUIRE(client.apply(plan(Backend::kIptables)));
  REQUIRE(client.apply(plan(Backend::kNftables)));
  const std::string state = network_state();
  CHECK(state.find("FOGBANK") == std::string::npos);
  CHECK(state.find("table inet fogbank") != std::string::npos);
  REQUIRE(client.apply({Backend::kNftables, {ip("198.18.45.76")}, {}}));
  CHECK(network_state().find("198.18.45.72") == std::string::npos);
  REQUIRE(client.apply({}));
  CHECK(network_state() == before);
}

TEST_CASE("a plan that fails leaves the former one in force") {
  if (!has_own_network()) return;
  Netd netd;
  Client client = netd.client();
  REQUIRE(client.apply({Backend::kNftables, {ip("198.18.45.72")}, {}}));
  const std::string before = network_state();
  output_of("sysctl -qw net.ipv6.conf.lo.disable_ipv6=1");
  const std::string without_v6 = network_state();
  const auto refused = client.apply(plan(Backend::kNftables));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("IPv6 is disabled") != std::string::npos);
  CHECK(network_state() == without_v6);
  const auto status = client.status();
  REQUIRE(status);
  CHECK(status->vips_wanted == 1);
}

TEST_CASE("netd leaves nothing when it is told to end") {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    if (!has_own_network()) return;
    const std::string before = network_state();
    Netd netd;
    Client client = netd.client();
    REQUIRE(client.apply(plan()));
    CHECK(netd.end(signal) == 0);
    CHECK(network_state() == before);
    CHECK(::access(netd.path().c_str(), F_OK) != 0);
    const auto gone = client.status();
    REQUIRE_FALSE(gone);
    CHECK(gone.error().message.find("fogbank-netd has gone") != std::string::npos);
  }
}

TEST_CASE("what a killed netd left is cleared by the next one, or by --clean") {
  for (const Backend backend : {Backend::kNftables, Backend::kIptables}) {
    CAPTURE(backend_name(backend));
    if (!has_own_network()) return;
    output_of("ip address add 198.18.45.99/32 dev lo; ip -6 address add fd5e::99 dev lo");
    const std::string before = network_state();
    Netd netd;
    REQUIRE(netd.client().apply(plan(backend)));
    CHECK(netd.end(SIGKILL) == 128 + SIGKILL);
    CHECK(network_state() != before);
    netd.start();
    CHECK(network_state() == before);

    REQUIRE(netd.client().apply(plan(backend)));
    CHECK(netd.clean() != 0);  // not under a living netd
    CHECK(netd.end(SIGKILL) == 128 + SIGKILL);
    CHECK(netd.clean() == 0);
    CHECK(network_state() == before);
  }
}

TEST_CASE("the plan of a killed client is removed after the grace period") {
  if (!has_own_network()) return;
  const std::string before = network_state();
  Netd netd({"--grace-ms=1"});
  const pid_t client = start_client(netd, plan());
  CHECK(network_state() != before);
  kill_now(client);
  netd.wait_for("event=plan_removed");
  CHECK(network_state() == before);
}

TEST_CASE("a client that comes back within the grace period takes its plan over") {
  if (!has_own_network()) return;
  Netd netd({"--grace-ms=60000"});
  const pid_t first = start_client(netd, plan());
  const std::string during = network_state();
  Client second = netd.client();
  const auto refused = second.apply(plan());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("process " + std::to_string(first)) != std::string::npos);

  kill_now(first);
  netd.wait_for("event=client_gone");
  CHECK(network_state() == during);
  const auto orphaned = second.status();
  REQUIRE(orphaned);
  CHECK(orphaned->client_pid == 0);
  const auto taken = second.apply(plan());
  REQUIRE(taken);
  CHECK(taken->client_pid == static_cast<uint32_t>(::getpid()));
  CHECK(network_state() == during);
}

TEST_CASE("status tells what another program took away, and applying again mends it") {
  if (!has_own_network()) return;
  Netd netd;
  Client client = netd.client();
  REQUIRE(client.apply(plan(Backend::kIptables)));
  output_of("iptables-legacy -t nat -F OUTPUT; ip address del 198.18.45.72/32 dev lo");
  auto status = client.status();
  REQUIRE(status);
  CHECK(status->vips_present == 3);
  CHECK(status->redirects_present == 1);
  CHECK(status->redirects_wanted == 2);
  status = client.apply(plan(Backend::kIptables));
  REQUIRE(status);
  CHECK(status->vips_present == 4);
  CHECK(status->redirects_present == 2);
}

TEST_CASE("netd puts right what another program took away, and says how often") {
  if (!has_own_network()) return;
  Netd netd({"--check-ms=100"});
  Client client = netd.client();
  REQUIRE(client.apply(plan(Backend::kIptables)));
  const std::string whole = network_state();
  output_of("iptables-legacy -t nat -F OUTPUT");
  netd.wait_for("event=plan_repaired");
  CHECK(network_state() == whole);
  output_of("ip address del 198.18.45.72/32 dev lo");
  netd.wait_for("event=plan_repaired");
  const auto status = client.status();
  REQUIRE(status);
  CHECK(status->vips_present == 4);
  CHECK(status->redirects_present == 2);
  CHECK(status->repairs == 2);
}

TEST_CASE("a VIP that was on lo before the plan stays when the plan goes") {
  if (!has_own_network()) return;
  output_of("ip address add 198.18.45.72/32 dev lo; ip -6 address add fd5e::72/128 dev lo");
  const std::string before = network_state();
  Netd netd;
  Client client = netd.client();
  const auto applied = client.apply(plan());
  REQUIRE(applied);
  CHECK(applied->vips_present == 4);
  REQUIRE(client.remove());
  CHECK(network_state() == before);
}

TEST_CASE("netd makes sockets within its policy only") {
  if (!has_own_network()) return;
  Netd netd({"--port=8443"});
  Client client = netd.client();
  core::ListenRequest dns{at("198.18.45.1:53"), core::Transport::kUdp, true, true, true};
  const auto udp = client.listen(dns);
  REQUIRE(udp);
  int on = 0;
  socklen_t size = sizeof on;
  CHECK(::getsockopt(udp->get(), IPPROTO_IP, IP_PKTINFO, &on, &size) == 0);
  CHECK(on == 1);
  CHECK(client.listen(dns));  // the second worker's
  for (const char* address : {"[fd5e::1]:443", "[::1]:80", "127.0.0.1:8443"}) {
    CAPTURE(address);
    CHECK(client.listen(tcp(address)));
  }
  for (const char* address : {"198.18.45.1:22", "192.0.2.1:443", "0.0.0.0:443", "127.0.0.1:0"}) {
    CAPTURE(address);
    CHECK_FALSE(client.listen(tcp(address)));
  }
  const auto outside = client.apply({Backend::kAuto, {ip("8.8.8.8")}, {}});
  REQUIRE_FALSE(outside);
  CHECK(outside.error().message.find("--pool") != std::string::npos);
}

TEST_CASE("netd keeps the capabilities it needs and no other") {
  if (!has_own_network()) return;
  Netd netd;
  const std::string status = output_of("cat /proc/" + std::to_string(netd.pid()) + "/status");
  // CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW: bits 10, 12, 13.
  for (const char* line :
       {"CapPrm:\t0000000000003400", "CapEff:\t0000000000003400", "CapBnd:\t0000000000003400",
        "CapInh:\t0000000000000000", "NoNewPrivs:\t1"}) {
    CAPTURE(line);
    CHECK(status.find(line) != std::string::npos);
  }
}

TEST_CASE("netd hears only root and the users it was told of") {
  if (!has_own_network()) return;
  struct Row {
    const char* name;
    uid_t uid;
    bool is_heard;
  };
  Netd netd({"--allow-uid=1234"});
  // The file modes would stop others before netd could; here they do not.
  ::chmod(netd.path().c_str(), 0666);
  ::chmod(netd.path().substr(0, netd.path().rfind('/')).c_str(), 0755);
  for (const Row& row : {Row{"root", 0, true}, {"allowed", 1234, true}, {"other", 1235, false}}) {
    CAPTURE(row.name);
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      if (::setresuid(row.uid, row.uid, row.uid) != 0) ::_exit(2);
      auto client = Client::connect(netd.path());
      ::_exit(client && client->status() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (WEXITSTATUS(status) == 2) {
      MESSAGE("skipped: user " << row.uid << " does not exist in this namespace");
      continue;
    }
    CHECK(WEXITSTATUS(status) == (row.is_heard ? 0 : 1));
  }
}

TEST_CASE("netd answers garbage with a refusal and goes on") {
  if (!has_own_network()) return;
  Netd netd;
  const core::UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  netd.path().copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  for (const std::string& message :
       {std::string("\x01\x02\x07", 3), std::string(1000, '\xff'), std::string("\x63\x04", 2)}) {
    REQUIRE(::send(fd.get(), message.data(), message.size(), MSG_NOSIGNAL) > 0);
    std::string answer(4096, '\0');
    const ssize_t size = ::recv(fd.get(), answer.data(), answer.size(), 0);
    REQUIRE(size > 0);
    answer.resize(static_cast<std::size_t>(size));
    const auto reply = parse_reply(std::as_bytes(std::span(answer)));
    REQUIRE(reply);
    CHECK(std::holds_alternative<Refusal>(*reply));
  }
  CHECK(netd.client().status());
}

TEST_CASE("netd serves a bounded number of clients at a time") {
  if (!has_own_network()) return;
  Netd netd;
  std::vector<Client> clients;
  for (std::size_t i = 0; i < Server::kClientsMax; ++i) {
    clients.push_back(netd.client());
    REQUIRE(clients.back().status());
  }
  CHECK_FALSE(netd.client().status());
  clients.pop_back();
  // The freed place is seen once netd has read the end of that connection.
  REQUIRE(clients.back().status());
  CHECK(netd.client().status());
}

TEST_CASE("two netds do not share a socket") {
  if (!has_own_network()) return;
  Netd netd;
  const std::string second =
      output_of(std::string(FOGBANK_NETD_PATH) + " --pool 198.18.0.0/15 --socket " + netd.path());
  CHECK(second.find("another fogbank-netd serves") != std::string::npos);
  CHECK(netd.client().status());
}
