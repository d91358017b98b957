#include "proxy/original_destination.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "proxy/proxy.h"
#include "tests/support/network_namespace.h"

namespace fogbank::proxy {
namespace {

using core::IpAddress;
using core::SocketAddress;
using core::UniqueFd;

// Connects to `to` and returns what the accepted side takes for the destination.
std::string destination_of(const SocketAddress& to, const UniqueFd& listener) {
  const UniqueFd client(
      ::socket(to.ip.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_storage raw{};
  const socklen_t bytes = to.to(raw);
  if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&raw), bytes) != 0)
    return "refused";
  const UniqueFd accepted(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  return original_destination(accepted.get()).text();
}

// In a network of its own: 0 as expected, 77 if this machine does not allow it.
int try_redirects() {
  constexpr int kSkipped = 77;
  if (const auto why = tests::enter_network_namespace()) return kSkipped;
  const auto four = listen_tcp({IpAddress::v4(0x7f000001), 0});
  const auto six = listen_tcp({*IpAddress::parse("::1"), 0});
  if (!four || !six) return 1;
  const SocketAddress own_four = *bound_address(*four);
  const SocketAddress own_six = *bound_address(*six);
  if (destination_of(own_four, *four) != own_four.text()) return 2;
  if (destination_of(own_six, *six) != own_six.text()) return 3;
  const std::string rules =
      "nft 'add table inet t; add chain inet t c { type nat hook output priority -100; };"
      " add rule inet t c ip daddr 198.18.45.72 tcp dport 443 dnat ip to 127.0.0.1:" +
      std::to_string(own_four.port) +
      "; add rule inet t c ip6 daddr fd00::45 tcp dport 443 dnat ip6 to [::1]:" +
      std::to_string(own_six.port) +
      "' 2>/dev/null && ip address add 198.18.45.72/32 dev lo && ip address add fd00::45/128 dev lo"
      " nodad";
  if (std::system(rules.c_str()) != 0) return kSkipped;
  if (destination_of({IpAddress::v4(0xc6122d48), 443}, *four) != "198.18.45.72:443") return 4;
  if (destination_of({*IpAddress::parse("fd00::45"), 443}, *six) != "[fd00::45]:443") return 5;
  return 0;
}

TEST_CASE("the destination is the one before DNAT, or the socket's own address") {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(try_redirects());
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) {
    MESSAGE("skipped: this machine allows no network namespace with nftables");
    return;
  }
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace fogbank::proxy
