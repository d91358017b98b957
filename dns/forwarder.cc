#include "dns/forwarder.h"

#include <sys/epoll.h>

#include <string>
#include <utility>

#include "dns/dns.h"

namespace fogbank::dns {
namespace {

// Two rounds, the second twice as long, are over before a stub resolver's usual 5 seconds.
constexpr int kTimeoutMs = 1'500;
constexpr int kTries = 2;
constexpr int64_t kTickMs = 250;

std::string server_list(const std::vector<core::SocketAddress>& servers) {
  std::string list;
  for (const core::SocketAddress& server : servers) {
    if (!list.empty()) list.push_back(',');
    list.append(server.text());
  }
  return list;
}

}  // namespace

core::Result<std::unique_ptr<Forwarder>> Forwarder::create(
    core::EventLoop& loop, const std::vector<core::SocketAddress>& servers) {
  std::unique_ptr<Forwarder> forwarder(new Forwarder(loop));
  ares_options options{};
  options.timeout = kTimeoutMs;
  options.tries = kTries;
  options.sock_state_cb = &Forwarder::on_socket_state;
  options.sock_state_cb_data = forwarder.get();
  constexpr int kUsed = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
  ares_channel channel = nullptr;
  int status = ::ares_library_init(ARES_LIB_INIT_ALL);
  if (status == ARES_SUCCESS) status = ::ares_init_options(&channel, &options, kUsed);
  if (status == ARES_SUCCESS) {
    forwarder->channel_.reset(channel);
    status = ::ares_set_servers_ports_csv(channel, server_list(servers).c_str());
  }
  if (status != ARES_SUCCESS) {
    return core::Error{std::string("dns: cannot use the forwarders: ") + ::ares_strerror(status)};
  }
  return forwarder;
}

Forwarder::~Forwarder() {
  is_ending_ = true;
  channel_.reset();  // calls back for everything that is pending
  loop_.cancel(tick_);
  loop_.cancel(failures_timer_);
  for (const auto& [fd, socket] : sockets_) loop_.unwatch(fd);
}

bool Forwarder::ask(std::string_view query, Done done) {
  if (pending_count_ >= kForwardsMax) return false;
  ++pending_count_;
  auto pending = std::make_unique<Pending>(Pending{*this, std::move(done)});
  is_sending_ = true;
  ::ares_send(channel_.get(), reinterpret_cast<const unsigned char*>(query.data()),
              static_cast<int>(query.size()), &Forwarder::on_answer, pending.release());
  is_sending_ = false;
  start_ticking();
  return true;
}

void Forwarder::on_answer(void* pending, int status, int /*timeouts*/, unsigned char* bytes,
                          int count) noexcept {
  const std::unique_ptr<Pending> owned(static_cast<Pending*>(pending));
  Forwarder& self = owned->forwarder;
  --self.pending_count_;
  if (self.is_ending_) return;
  if (self.is_sending_) {
    self.failures_.push_back(std::move(owned->done));
    if (self.failures_timer_ == 0) {
      self.failures_timer_ = self.loop_.after(0, [&self] { self.tell_failures(); });
    }
    return;
  }
  if (status != ARES_SUCCESS || bytes == nullptr || count <= 0) return owned->done(std::nullopt);
  owned->done(
      std::string_view(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count)));
}

void Forwarder::on_socket_state(void* forwarder, ares_socket_t fd, int is_read,
                                int is_write) noexcept {
  auto& self = *static_cast<Forwarder*>(forwarder);
  const uint32_t events = (is_read != 0 ? EPOLLIN : 0U) | (is_write != 0 ? EPOLLOUT : 0U);
  const auto at = self.sockets_.find(fd);
  if (events == 0) {
    if (at == self.sockets_.end()) return;
    self.loop_.unwatch(fd);
    self.closed_sockets_.push_back(std::move(at->second));
    self.sockets_.erase(at);
    return;
  }
  if (at != self.sockets_.end()) return self.loop_.change(fd, events);
  auto socket = std::make_unique<Socket>(self, fd);
  // A socket that cannot be watched times out, and another server is asked.
  if (self.loop_.watch(fd, events, *socket)) self.sockets_.emplace(fd, std::move(socket));
}

void Forwarder::Socket::on_ready(uint32_t events) {
  constexpr uint32_t kReadable = EPOLLIN | EPOLLERR | EPOLLHUP;
  ::ares_process_fd(forwarder_.channel_.get(), (events & kReadable) != 0 ? fd_ : ARES_SOCKET_BAD,
                    (events & EPOLLOUT) != 0 ? fd_ : ARES_SOCKET_BAD);
}

void Forwarder::tell_failures() {
  failures_timer_ = 0;
  const std::vector<Done> failures = std::exchange(failures_, {});
  for (const Done& done : failures) done(std::nullopt);
}

// Timeouts: c-ares has to be called while something is pending.
void Forwarder::start_ticking() {
  if (tick_ != 0 || pending_count_ == 0) return;
  tick_ = loop_.after(kTickMs, [this] {
    tick_ = 0;
    closed_sockets_.clear();
    ::ares_process_fd(channel_.get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    start_ticking();
  });
}

}  // namespace fogbank::dns
