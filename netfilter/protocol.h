// What the daemon and fogbank-netd say to each other: one SEQPACKET message per request and one
// per reply, in this order. Both sides are of one build, yet neither trusts the other's bytes.
//
//   request  version:u8 operation:u8 body          (integers in network order)
//   reply    version:u8 operation:u8 outcome:u8 body
//   address  family:u8 (4 or 6) then 4 or 16 bytes;   text  length:u16 then bytes
// The descriptor of a listen reply travels beside it (SCM_RIGHTS).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <variant>

#include "netfilter/netfilter.h"

namespace fogbank::netfilter {

constexpr uint8_t kProtocolVersion = 1;
// A plan at its limits, IPv6 throughout, fits: 2048 * 17 + 4096 * 38 + 7 bytes.
constexpr std::size_t kMessageBytesMax = 192UL * 1024;
constexpr std::size_t kTextBytesMax = 1024;  // of one reason or error; longer ones are cut

struct ProbeRequest {
  Backend backend = Backend::kAuto;
  friend bool operator==(const ProbeRequest&, const ProbeRequest&) = default;
};
struct ApplyRequest {
  Plan plan;
  friend bool operator==(const ApplyRequest&, const ApplyRequest&) = default;
};
struct StatusRequest {
  friend bool operator==(const StatusRequest&, const StatusRequest&) = default;
};
struct RemoveRequest {
  friend bool operator==(const RemoveRequest&, const RemoveRequest&) = default;
};
using Request =
    std::variant<ProbeRequest, ApplyRequest, core::ListenRequest, StatusRequest, RemoveRequest>;

struct Refusal {
  std::string message;
  friend bool operator==(const Refusal&, const Refusal&) = default;
};
struct ListenReply {
  friend bool operator==(const ListenReply&, const ListenReply&) = default;
};
struct RemoveReply {
  friend bool operator==(const RemoveReply&, const RemoveReply&) = default;
};
// Status answers both apply and status.
using Reply = std::variant<Refusal, ProbeReport, Status, ListenReply, RemoveReply>;

[[nodiscard]] std::string encode(const Request& request);
[[nodiscard]] std::string encode(const Reply& reply);
// Pure; refuse every message that encode() would not have made. A parsed plan is valid.
[[nodiscard]] core::Result<Request> parse_request(std::span<const std::byte> message);
[[nodiscard]] core::Result<Reply> parse_reply(std::span<const std::byte> message);

}  // namespace fogbank::netfilter
