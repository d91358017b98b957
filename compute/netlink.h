// Owners of libnl's handles. Only files of this folder include it.
#pragma once

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include <memory>

namespace fogbank::compute {

struct NlSocketDeleter {
  void operator()(nl_sock* socket) const noexcept { nl_socket_free(socket); }
};
using NlSocket = std::unique_ptr<nl_sock, NlSocketDeleter>;

struct NlMessageDeleter {
  void operator()(nl_msg* message) const noexcept { nlmsg_free(message); }
};
using NlMessage = std::unique_ptr<nl_msg, NlMessageDeleter>;

}  // namespace fogbank::compute
