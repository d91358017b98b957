// Answers on one UDP socket, many datagrams per system call. For this room only.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <memory>

#include "core/event_loop.h"
#include "core/fd.h"
#include "dns/answering.h"

namespace fogbank::dns {

// Buffers for one round; the sockets of a loop share one.
class UdpBatch final {
 public:
  static constexpr std::size_t kDatagrams = 32;
  UdpBatch();
  UdpBatch(const UdpBatch&) = delete;
  UdpBatch& operator=(const UdpBatch&) = delete;

  // One datagram's place.
  struct Slot {
    sockaddr_storage peer;
    iovec query_part;
    iovec answer_part;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in6_pktinfo))> control;
    std::array<char, kUdpQueryBytesMax> query;
    std::array<char, kPlainAnswerBytesMax> answer;
  };
  // Receives what is there; 0 if nothing is.
  std::size_t receive(int fd);
  [[nodiscard]] std::string_view query(std::size_t index) const;
  [[nodiscard]] Slot& slot(std::size_t index) { return slots_[index]; }
  // The peer and the address that was asked, as sendmsg(2) wants them.
  [[nodiscard]] const msghdr& header(std::size_t index) const { return received_[index].msg_hdr; }
  void add_answer(std::size_t index, std::size_t bytes);
  // Sends the answers added since receive(); returns how many could not be sent.
  std::size_t send(int fd);

 private:
  std::array<Slot, kDatagrams> slots_;
  std::array<mmsghdr, kDatagrams> received_;
  std::array<mmsghdr, kDatagrams> answers_;
  std::size_t answer_count_ = 0;
};

class UdpServer final : public core::Watcher {
 public:
  UdpServer(core::UniqueFd fd, UdpBatch& batch, const Answering& answering)
      : fd_(std::move(fd)), batch_(batch), answering_(answering) {}
  [[nodiscard]] int fd() const { return fd_.get(); }
  void on_ready(uint32_t events) override;

 private:
  Outcome answer_one(std::size_t index);
  void forward(std::size_t index, std::string_view query);

  core::UniqueFd fd_;
  UdpBatch& batch_;
  const Answering& answering_;
};

}  // namespace fogbank::dns
