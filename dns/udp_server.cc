#include "dns/udp_server.h"

#include <cerrno>
#include <cstring>
#include <string>

#include "dns/forwarded.h"

namespace fogbank::dns {
namespace {

// After so many rounds other descriptors of the loop get their turn.
constexpr int kRoundsMax = 8;

// The kernel tells by which interface a query came; an answer may have to leave by another one.
// Only link-local addresses mean nothing without theirs.
void forget_interface(msghdr& header) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      in_pktinfo facts{};
      std::memcpy(&facts, CMSG_DATA(part), sizeof facts);
      facts.ipi_ifindex = 0;
      std::memcpy(CMSG_DATA(part), &facts, sizeof facts);
    } else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo facts{};
      std::memcpy(&facts, CMSG_DATA(part), sizeof facts);
      if (!IN6_IS_ADDR_LINKLOCAL(&facts.ipi6_addr)) facts.ipi6_ifindex = 0;
      std::memcpy(CMSG_DATA(part), &facts, sizeof facts);
    }
  }
}

// Where the answer of a forwarded query goes.
struct UdpOrigin {
  std::string query;
  sockaddr_storage peer;
  socklen_t peer_bytes;
  std::array<char, CMSG_SPACE(sizeof(in6_pktinfo))> control;
  std::size_t control_bytes;
};

bool send_to(int fd, UdpOrigin& origin, std::string& answer) {
  iovec part{answer.data(), answer.size()};
  msghdr header{};
  header.msg_name = &origin.peer;
  header.msg_namelen = origin.peer_bytes;
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = origin.control_bytes == 0 ? nullptr : origin.control.data();
  header.msg_controllen = origin.control_bytes;
  return ::sendmsg(fd, &header, MSG_DONTWAIT) >= 0;
}

}  // namespace

UdpBatch::UdpBatch() {
  for (std::size_t i = 0; i < kDatagrams; ++i) {
    Slot& slot = slots_[i];
    slot.query_part = {slot.query.data(), slot.query.size()};
    slot.answer_part = {slot.answer.data(), 0};
    received_[i] = {};
    received_[i].msg_hdr.msg_name = &slot.peer;
    received_[i].msg_hdr.msg_iov = &slot.query_part;
    received_[i].msg_hdr.msg_iovlen = 1;
    received_[i].msg_hdr.msg_control = slot.control.data();
  }
}

std::size_t UdpBatch::receive(int fd) {
  answer_count_ = 0;
  for (std::size_t i = 0; i < kDatagrams; ++i) {
    received_[i].msg_hdr.msg_namelen = sizeof slots_[i].peer;
    received_[i].msg_hdr.msg_controllen = slots_[i].control.size();
  }
  const int count = ::recvmmsg(fd, received_.data(), kDatagrams, MSG_DONTWAIT, nullptr);
  if (count <= 0) return 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    forget_interface(received_[i].msg_hdr);
  }
  return static_cast<std::size_t>(count);
}

std::string_view UdpBatch::query(std::size_t index) const {
  return {slots_[index].query.data(), received_[index].msg_len};
}

void UdpBatch::add_answer(std::size_t index, std::size_t bytes) {
  slots_[index].answer_part.iov_len = bytes;
  mmsghdr& answer = answers_[answer_count_++];
  answer = received_[index];
  answer.msg_hdr.msg_iov = &slots_[index].answer_part;
  answer.msg_hdr.msg_flags = 0;
}

std::size_t UdpBatch::send(int fd) {
  std::size_t failed = 0;
  for (std::size_t at = 0; at < answer_count_;) {
    const int sent = ::sendmmsg(fd, answers_.data() + at, static_cast<unsigned>(answer_count_ - at),
                                MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    // The first of the rest cannot be sent (no route, a full buffer): UDP may lose it.
    if (sent <= 0) ++failed;
    at += sent <= 0 ? 1 : static_cast<std::size_t>(sent);
  }
  return failed;
}

void UdpServer::on_ready(uint32_t /*events*/) {
  for (int round = 0; round < kRoundsMax; ++round) {
    const std::size_t count = batch_.receive(fd_.get());
    // Counted once per round: the counters are shared by all loops.
    std::array<uint64_t, kOutcomeCount> outcomes{};
    for (std::size_t i = 0; i < count; ++i) ++outcomes[static_cast<std::size_t>(answer_one(i))];
    answering_.counters.count(outcomes);
    if (const std::size_t failed = batch_.send(fd_.get()); failed > 0) {
      answering_.counters.sends_failed.add(failed);
    }
    if (count < UdpBatch::kDatagrams) return;
  }
}

Outcome UdpServer::answer_one(std::size_t index) {
  Query query;
  const auto [outcome, bytes] =
      answer(answering_.site, batch_.query(index), query, batch_.slot(index).answer);
  if (outcome == Outcome::kForward) forward(index, batch_.query(index));
  if (bytes > 0) batch_.add_answer(index, bytes);
  return outcome;
}

void UdpServer::forward(std::size_t index, std::string_view query) {
  const msghdr& header = batch_.header(index);
  auto origin = std::make_shared<UdpOrigin>(
      UdpOrigin{std::string(query), batch_.slot(index).peer, header.msg_namelen,
                batch_.slot(index).control, header.msg_controllen});
  const auto reply = [this, origin](std::optional<std::string_view> from_forwarder) {
    if (!from_forwarder) answering_.counters.forwards_failed.add();
    std::string answer =
        forwarded_answer(from_forwarder, origin->query, udp_bytes_max(origin->query));
    if (!send_to(fd_.get(), *origin, answer)) answering_.counters.sends_failed.add();
  };
  if (answering_.forwarder->ask(origin->query, reply)) return;
  answering_.counters.forwards_refused.add();
  std::string failure = forwarded_answer(std::nullopt, origin->query, kPlainAnswerBytesMax);
  if (!send_to(fd_.get(), *origin, failure)) answering_.counters.sends_failed.add();
}

}  // namespace fogbank::dns
