#include "core/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>

#include "core/check.h"

namespace fogbank::core {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string copy(text);
  IpAddress out;
  if (::inet_pton(AF_INET, copy.c_str(), out.bytes_.data()) == 1) return out;
  out.family_ = Family::kV6;
  if (::inet_pton(AF_INET6, copy.c_str(), out.bytes_.data()) == 1) return out;
  return std::nullopt;
}

IpAddress IpAddress::v4(uint32_t host_order) {
  IpAddress out;
  const uint32_t network = htonl(host_order);
  std::memcpy(out.bytes_.data(), &network, 4);
  return out;
}

IpAddress IpAddress::v6(const std::array<uint8_t, 16>& bytes) {
  IpAddress out;
  out.family_ = Family::kV6;
  out.bytes_ = bytes;
  return out;
}

uint32_t IpAddress::v4_host_order() const {
  check(is_v4(), "v4_host_order() of an IPv4 address");
  uint32_t network = 0;
  std::memcpy(&network, bytes_.data(), 4);
  return ntohl(network);
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  ::inet_ntop(is_v4() ? AF_INET : AF_INET6, bytes_.data(), out.data(), out.size());
  return out.data();
}

std::optional<SocketAddress> SocketAddress::from(const sockaddr_storage& raw) {
  if (raw.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &raw, sizeof in);
    return SocketAddress{IpAddress::v4(ntohl(in.sin_addr.s_addr)), ntohs(in.sin_port)};
  }
  if (raw.ss_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &raw, sizeof in);
    std::array<uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (std::memcmp(bytes.data(), kMapped.data(), kMapped.size()) == 0) {
      uint32_t network = 0;
      std::memcpy(&network, bytes.data() + 12, 4);
      return SocketAddress{IpAddress::v4(ntohl(network)), ntohs(in.sin6_port)};
    }
    return SocketAddress{IpAddress::v6(bytes), ntohs(in.sin6_port)};
  }
  return std::nullopt;
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  uint16_t port = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const auto ip = IpAddress::parse(host);
  if (!ip || failure != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return SocketAddress{*ip, port};
}

socklen_t SocketAddress::to(sockaddr_storage& raw) const {
  raw = {};
  if (ip.is_v4()) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    std::memcpy(&out.sin_addr, ip.bytes().data(), 4);
    std::memcpy(&raw, &out, sizeof out);
    return sizeof out;
  }
  sockaddr_in6 out{};
  out.sin6_family = AF_INET6;
  out.sin6_port = htons(port);
  std::memcpy(&out.sin6_addr, ip.bytes().data(), 16);
  std::memcpy(&raw, &out, sizeof out);
  return sizeof out;
}

std::string SocketAddress::text() const {
  return (ip.is_v4() ? ip.text() : '[' + ip.text() + ']') + ':' + std::to_string(port);
}

}  // namespace fogbank::core
