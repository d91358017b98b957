// Asks the site's own resolvers, through c-ares. Lives on one loop. For this room only.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/address.h"
#include "core/event_loop.h"
#include "core/result.h"
#include "dns/cares.h"

namespace fogbank::dns {

class Forwarder final {
 public:
  static core::Result<std::unique_ptr<Forwarder>> create(
      core::EventLoop& loop, const std::vector<core::SocketAddress>& servers);
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;
  ~Forwarder();

  // Called once per ask(), never before it has returned nor after the forwarder is gone.
  // The answer has an id of its own; nothing if no server answered in time.
  using Done = std::function<void(std::optional<std::string_view> answer)>;
  // Sends a well-formed query as it is, with another id. False, and `done` is not called, if
  // kForwardsMax are unanswered.
  bool ask(std::string_view query, Done done);

 private:
  struct Pending {
    Forwarder& forwarder;
    Done done;
  };
  // One of c-ares's sockets.
  class Socket final : public core::Watcher {
   public:
    Socket(Forwarder& forwarder, int fd) : forwarder_(forwarder), fd_(fd) {}
    void on_ready(uint32_t events) override;

   private:
    Forwarder& forwarder_;
    int fd_;
  };

  explicit Forwarder(core::EventLoop& loop) : loop_(loop) {}
  static void on_answer(void* pending, int status, int timeouts, unsigned char* bytes,
                        int count) noexcept;
  static void on_socket_state(void* forwarder, ares_socket_t fd, int is_read,
                              int is_write) noexcept;
  void start_ticking();
  void tell_failures();

  core::EventLoop& loop_;
  UniqueChannel channel_;
  std::unordered_map<int, std::unique_ptr<Socket>> sockets_;
  // Sockets that c-ares closed while one of them was being called; freed in the next round.
  std::vector<std::unique_ptr<Socket>> closed_sockets_;
  std::size_t pending_count_ = 0;
  core::TimerId tick_ = 0;
  bool is_ending_ = false;
  // c-ares gives up on some queries while it sends another one; their askers may be in the middle
  // of something then, so they are told in the next round.
  bool is_sending_ = false;
  std::vector<Done> failures_;
  core::TimerId failures_timer_ = 0;
};

}  // namespace fogbank::dns
