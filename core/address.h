// IP addresses and transport endpoints as values.
#pragma once

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fogbank::core {

// An IPv4 or IPv6 address without zone. The default value is 0.0.0.0.
class IpAddress final {
 public:
  enum class Family : uint8_t { kV4, kV6 };
  IpAddress() = default;
  static std::optional<IpAddress> parse(std::string_view text);  // "198.18.45.72", "fd00::1"
  static IpAddress v4(uint32_t host_order);
  static IpAddress v6(const std::array<uint8_t, 16>& bytes);

  [[nodiscard]] Family family() const { return family_; }
  [[nodiscard]] bool is_v4() const { return family_ == Family::kV4; }
  [[nodiscard]] uint32_t v4_host_order() const;  // of an IPv4 address only
  // Network order; the first 4 bytes of an IPv4 address, all 16 of an IPv6 one.
  [[nodiscard]] const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  [[nodiscard]] std::string text() const;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  Family family_ = Family::kV4;
  std::array<uint8_t, 16> bytes_{};
};

struct SocketAddress {
  IpAddress ip;
  uint16_t port = 0;

  static std::optional<SocketAddress> from(const sockaddr_storage& raw);
  static std::optional<SocketAddress> parse(std::string_view text);  // "1.2.3.4:53", "[::1]:53"
  // Fills `raw` and returns its length.
  socklen_t to(sockaddr_storage& raw) const;
  [[nodiscard]] std::string text() const;
  friend auto operator<=>(const SocketAddress&, const SocketAddress&) = default;
};

}  // namespace fogbank::core
