// The daemon's side of the connection to fogbank-netd.
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <variant>

#include "netfilter/netfilter.h"
#include "netfilter/protocol.h"

namespace fogbank::netfilter {
namespace {

using core::Error;
using core::Result;
using core::UniqueFd;

struct Answer {
  Reply reply;
  UniqueFd descriptor;  // of a listen reply
};

Error gone(std::string_view what, int number) {
  if (number == EAGAIN || number == EWOULDBLOCK) {
    return Error{"netfilter: fogbank-netd did not answer in time", number};
  }
  return core::system_error("netfilter: fogbank-netd has gone (" + std::string(what) +
                                "); start it again and apply the plan",
                            number);
}

// The one descriptor of the message, if there is one. netd sends at most one, and what does not
// fit is closed by the kernel.
UniqueFd received_descriptor(msghdr& message) {
  UniqueFd out;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    out.reset(fd);
  }
  return out;
}

Result<Answer> receive(int fd) {
  std::string buffer(kMessageBytesMax, '\0');
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t size = -1;
  do {
    size = ::recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) return gone("recvmsg", errno);
  if (size == 0) return gone("end of connection", ECONNRESET);
  UniqueFd descriptor = received_descriptor(message);
  if ((message.msg_flags & MSG_TRUNC) != 0) {
    return Error{"netfilter: reply from fogbank-netd is too long"};
  }
  auto reply = parse_reply(std::as_bytes(std::span(buffer.data(), static_cast<std::size_t>(size))));
  if (!reply) return reply.error();
  return Answer{*std::move(reply), std::move(descriptor)};
}

// Sends a request and waits for a reply of the type `Wanted`.
template <class Wanted>
Result<std::pair<Wanted, UniqueFd>> ask(int fd, const Request& request) {
  const std::string bytes = encode(request);
  ssize_t sent = -1;
  do {
    sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return gone("send", errno);
  auto answer = receive(fd);
  if (!answer) return answer.error();
  if (const auto* refusal = std::get_if<Refusal>(&answer->reply)) return Error{refusal->message};
  auto* wanted = std::get_if<Wanted>(&answer->reply);
  if (wanted == nullptr) return Error{"netfilter: fogbank-netd answered another question"};
  return std::pair{std::move(*wanted), std::move(answer->descriptor)};
}

}  // namespace

Result<Client> Client::connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Error{"netfilter: socket path " + path + " is too long"};
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return core::system_error("netfilter: socket", errno);
  const timeval timeout{kReplyTimeoutMs / 1000, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  // A plan at its limits must fit into one message; the kernel doubles this, within its maximum.
  const int send_buffer = static_cast<int>(kMessageBytesMax);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return core::system_error("netfilter: cannot reach fogbank-netd at " + path +
                                  "; is it running, and may this user use it?",
                              errno);
  }
  return Client(std::move(fd));
}

Result<ProbeReport> Client::probe(Backend backend) {
  auto answer = ask<ProbeReport>(fd_.get(), ProbeRequest{backend});
  if (!answer) return answer.error();
  return std::move(answer->first);
}

Result<Status> Client::apply(const Plan& plan) {
  if (auto valid = validate(plan); !valid) return valid.error();
  auto answer = ask<Status>(fd_.get(), ApplyRequest{plan});
  if (!answer) return answer.error();
  return std::move(answer->first);
}

Result<UniqueFd> Client::listen(const core::ListenRequest& request) {
  auto answer = ask<ListenReply>(fd_.get(), request);
  if (!answer) return answer.error();
  if (!answer->second.is_open()) return Error{"netfilter: fogbank-netd sent no socket"};
  return std::move(answer->second);
}

Result<Status> Client::status() {
  auto answer = ask<Status>(fd_.get(), StatusRequest{});
  if (!answer) return answer.error();
  return std::move(answer->first);
}

Result<void> Client::remove() {
  auto answer = ask<RemoveReply>(fd_.get(), RemoveRequest{});
  if (!answer) return answer.error();
  return {};
}

}  // namespace fogbank::netfilter
