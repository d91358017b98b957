#include "core/listener.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <initializer_list>
#include <string>

namespace fogbank::core {
namespace {

// The kernel cuts the backlog at net.core.somaxconn; more than its default helps nobody.
constexpr int kBacklog = 4096;

struct Option {
  bool is_wanted;
  int level;
  int name;
};

}  // namespace

Result<UniqueFd> open_listener(const ListenRequest& request) {
  const bool is_tcp = request.transport == Transport::kTcp;
  const bool is_v4 = request.address.ip.is_v4();
  const std::string what =
      "cannot listen on " + request.address.text() + (is_tcp ? "/tcp" : "/udp");
  const int type = (is_tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
  UniqueFd fd(::socket(is_v4 ? AF_INET : AF_INET6, type, 0));
  if (!fd.is_open()) return system_error(what, errno);

  const Option options[] = {
      // Without it a restart waits for the last connections' TIME_WAIT.
      {is_tcp, SOL_SOCKET, SO_REUSEADDR},
      {request.reuse_port, SOL_SOCKET, SO_REUSEPORT},
      {!is_v4, IPPROTO_IPV6, IPV6_V6ONLY},
      {request.freebind && is_v4, IPPROTO_IP, IP_FREEBIND},
      {request.freebind && !is_v4, IPPROTO_IPV6, IPV6_FREEBIND},
      {request.packet_info && is_v4, IPPROTO_IP, IP_PKTINFO},
      {request.packet_info && !is_v4, IPPROTO_IPV6, IPV6_RECVPKTINFO},
  };
  for (const Option& option : options) {
    const int on = 1;
    if (option.is_wanted &&
        ::setsockopt(fd.get(), option.level, option.name, &on, sizeof on) != 0) {
      return system_error(what, errno);
    }
  }
  sockaddr_storage raw;
  const socklen_t size = request.address.to(raw);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&raw), size) != 0) {
    return system_error(what, errno);
  }
  if (is_tcp && ::listen(fd.get(), kBacklog) != 0) return system_error(what, errno);
  return fd;
}

}  // namespace fogbank::core
