#include "compute/control.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "compute/compute.h"

namespace fogbank::compute {
namespace {

using core::Error;
using core::Result;
using core::UniqueFd;

constexpr std::size_t kTextBytesMax = 4096;  // an error message; longer ones are cut
constexpr std::size_t kControlBytes = CMSG_SPACE(sizeof(int) * SandboxOptions::kListenersMax);

void take_descriptors(msghdr& message, std::vector<UniqueFd>& out) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    std::vector<int> numbers(count);
    std::memcpy(numbers.data(), CMSG_DATA(header), count * sizeof(int));
    for (const int number : numbers) out.emplace_back(number);
  }
}

}  // namespace

Result<std::pair<UniqueFd, UniqueFd>> open_control() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return core::system_error("sandbox: socketpair", errno);
  }
  return std::pair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<void> send_message(int fd, Message kind, std::string_view text,
                          std::span<const UniqueFd> descriptors) {
  std::string bytes(1, static_cast<char>(kind));
  bytes += text.substr(0, kTextBytesMax);
  iovec part{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, kControlBytes> control{};
  if (!descriptors.empty()) {
    core::check(descriptors.size() <= SandboxOptions::kListenersMax, "descriptors fit a message");
    std::vector<int> numbers;
    for (const UniqueFd& descriptor : descriptors) numbers.push_back(descriptor.get());
    const std::size_t size = numbers.size() * sizeof(int);
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(size);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(header), numbers.data(), size);
  }
  ssize_t sent = -1;
  do {
    sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return core::system_error("sandbox: cannot reach its other side", errno);
  return {};
}

Result<Received> receive_message(int fd) {
  std::string bytes(1 + kTextBytesMax, '\0');
  iovec part{bytes.data(), bytes.size()};
  alignas(cmsghdr) std::array<char, kControlBytes> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t size = -1;
  do {
    size = ::recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) return core::system_error("sandbox: cannot hear its other side", errno);
  if (size == 0) return Error{"sandbox: its process has ended unexpectedly"};
  Received out{
      static_cast<Message>(bytes[0]), bytes.substr(1, static_cast<std::size_t>(size) - 1), {}};
  take_descriptors(message, out.descriptors);
  return out;
}

Result<Received> expect_message(int fd, Message wanted) {
  auto received = receive_message(fd);
  if (!received) return received;
  if (received->kind == Message::kFailed) return Error{std::move(received->text)};
  if (received->kind != wanted) return Error{"sandbox: unexpected message"};
  return received;
}

}  // namespace fogbank::compute
