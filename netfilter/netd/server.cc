// SPDX-License-Identifier: GPL-2.0-or-later
#include "netfilter/netd/server.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <variant>

#include "core/text.h"

namespace fogbank::netfilter {
namespace {

using core::Error;
using core::Result;
using core::UniqueFd;

constexpr mode_t kSocketMode = 0660;

// Sends one message and, if open, a descriptor beside it. False: the client is gone or does not
// read, which for a client that asks one thing at a time is the same.
bool send_message(int fd, const std::string& bytes, const UniqueFd& descriptor) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  if (descriptor.is_open()) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int number = descriptor.get();
    std::memcpy(CMSG_DATA(header), &number, sizeof number);
  }
  return ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == static_cast<ssize_t>(bytes.size());
}

}  // namespace

Result<UniqueFd> open_control_socket(const Options& options) {
  const std::string& path = options.socket_path;
  const std::string temporary = path + ".new";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (temporary.size() >= sizeof address.sun_path) {
    return Error{"netd: socket path " + path + " is too long"};
  }
  std::memcpy(address.sun_path, temporary.data(), temporary.size());
  UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return core::system_error("netd: socket", errno);
  ::unlink(temporary.c_str());
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return core::system_error("netd: cannot create " + temporary, errno);
  }
  const auto group = options.group.value_or(static_cast<gid_t>(-1));
  if (::chown(temporary.c_str(), static_cast<uid_t>(-1), group) != 0 ||
      ::chmod(temporary.c_str(), kSocketMode) != 0 || ::listen(fd.get(), SOMAXCONN) != 0 ||
      ::rename(temporary.c_str(), path.c_str()) != 0) {
    return core::system_error("netd: cannot set up the control socket " + path, errno);
  }
  return fd;
}

class Server::Connection final : public core::Watcher {
 public:
  Connection(Server& server, UniqueFd fd, pid_t pid)
      : server_(server), fd_(std::move(fd)), pid_(pid) {}

  // One request per call. May destroy this.
  void on_ready(uint32_t /*events*/) override {
    std::string buffer(kMessageBytesMax + 1, '\0');
    const ssize_t size = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) return server_.close(*this);
    buffer.resize(static_cast<std::size_t>(size));
    const auto request = parse_request(core::as_bytes(buffer));
    const Answer answer = request ? server_.answer(*this, *request)
                                  : Answer{Refusal{request.error().message}, UniqueFd()};
    if (!send_message(fd_.get(), encode(answer.reply), answer.descriptor)) server_.close(*this);
  }

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  Server& server_;
  UniqueFd fd_;
  pid_t pid_;
};

Result<std::unique_ptr<Server>> Server::start(const Links& links, const Options& options,
                                              UniqueFd socket) {
  const int fd = socket.get();
  std::unique_ptr<Server> out(new Server(links, options, std::move(socket)));
  if (auto watched = links.loop.watch(fd, EPOLLIN, *out); !watched) return watched.error();
  out->check_in_a_while();
  return out;
}

Server::Server(const Links& links, const Options& options, UniqueFd socket)
    : links_(links), options_(options), socket_(std::move(socket)) {}

Server::~Server() {
  for (const auto& client : clients_) links_.loop.unwatch(client->fd());
  links_.loop.unwatch(socket_.get());
  links_.loop.cancel(grace_timer_);
  links_.loop.cancel(check_timer_);
}

void Server::on_ready(uint32_t /*events*/) {
  UniqueFd fd(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd.is_open()) return;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return;
  const auto& allowed = options_.allow_uids;
  if (peer.uid != 0 && std::ranges::find(allowed, peer.uid) == allowed.end()) {
    links_.log.warn("client_refused", {{"uid", peer.uid}, {"pid", peer.pid}});
    return;
  }
  if (clients_.size() >= kClientsMax) {
    links_.log.warn("client_refused", {{"pid", peer.pid}, {"reason", "too many clients"}});
    return;
  }
  auto client = std::make_unique<Connection>(*this, std::move(fd), peer.pid);
  if (!links_.loop.watch(client->fd(), EPOLLIN, *client)) return;
  clients_.push_back(std::move(client));
}

Server::Answer Server::answer(Connection& client, const Request& request) {
  if (const auto* probe = std::get_if<ProbeRequest>(&request)) {
    return {links_.enforcer.probe(probe->backend), {}};
  }
  if (const auto* wanted = std::get_if<ApplyRequest>(&request)) {
    return {apply(client, wanted->plan), {}};
  }
  if (const auto* wanted = std::get_if<core::ListenRequest>(&request)) return listen(*wanted);
  if (std::holds_alternative<RemoveRequest>(request)) return {remove(), {}};
  return {status(), {}};
}

Reply Server::apply(Connection& client, const Plan& plan) {
  if (owner_ != nullptr && owner_ != &client) {
    return Refusal{"netfilter: the plan of process " + std::to_string(owner_->pid()) +
                   " is in force; stop that fogbank first"};
  }
  if (auto permitted = options_.policy.permits(plan); !permitted) {
    return Refusal{permitted.error().message};
  }
  if (auto applied = links_.enforcer.apply(plan); !applied) {
    links_.log.error("plan_not_applied", {{"reason", applied.error().message}});
    return Refusal{applied.error().message};
  }
  owner_ = &client;
  links_.loop.cancel(grace_timer_);
  links_.log.info("plan_applied", {{"client_pid", client.pid()},
                                   {"vips", plan.vips.size()},
                                   {"redirects", plan.redirects.size()}});
  return status();
}

Reply Server::status() const {
  auto status = links_.enforcer.status();
  if (!status) return Refusal{status.error().message};
  if (owner_ != nullptr) status->client_pid = static_cast<uint32_t>(owner_->pid());
  return *std::move(status);
}

Reply Server::remove() {
  owner_ = nullptr;
  links_.loop.cancel(grace_timer_);
  if (auto removed = links_.enforcer.remove(); !removed) {
    links_.log.error("plan_not_removed", {{"reason", removed.error().message}});
    return Refusal{removed.error().message};
  }
  links_.log.info("plan_removed", {{"reason", "asked"}});
  return RemoveReply{};
}

Server::Answer Server::listen(const core::ListenRequest& request) const {
  if (auto permitted = options_.policy.permits(request); !permitted) {
    return {Refusal{permitted.error().message}, {}};
  }
  auto fd = core::open_listener(request);
  if (!fd) return {Refusal{"netfilter: " + fd.error().message}, {}};
  return {ListenReply{}, *std::move(fd)};
}

void Server::close(Connection& client) {
  links_.loop.unwatch(client.fd());
  if (owner_ == &client) abandon();
  std::erase_if(clients_, [&](const auto& each) { return each.get() == &client; });
}

void Server::abandon() {
  links_.log.warn("client_gone", {{"pid", owner_->pid()}, {"grace_ms", options_.grace_ms}});
  owner_ = nullptr;
  grace_timer_ = links_.loop.after(options_.grace_ms, [this] {
    if (auto removed = links_.enforcer.remove(); !removed) {
      links_.log.error("plan_not_removed", {{"reason", removed.error().message}});
      return;
    }
    links_.log.warn("plan_removed", {{"reason", "its client did not come back"}});
  });
}

// Firewalls reload, and then flush what they do not know; network daemons tidy interfaces. Looking
// is done by time, since no notification covers both and the legacy tables send none.
void Server::check_in_a_while() {
  check_timer_ = links_.loop.after(options_.check_ms, [this] {
    const auto repaired = links_.enforcer.repair();
    if (!repaired) {
      links_.log.error("plan_not_repaired", {{"reason", repaired.error().message}});
    } else if (*repaired) {
      links_.log.warn("plan_repaired", {{"reason", "another program took part of it away"}});
    }
    check_in_a_while();
  });
}

}  // namespace fogbank::netfilter
