#include "netfilter/protocol.h"

#include <array>
#include <optional>
#include <utility>

#include "core/bytes.h"
#include "core/text.h"

namespace fogbank::netfilter {
namespace {

using core::Error;
using core::IpAddress;
using core::ListenRequest;
using core::SocketAddress;
using core::Transport;

// On the wire: never renumber.
enum class Operation : uint8_t { kProbe = 1, kApply = 2, kListen = 3, kStatus = 4, kRemove = 5 };
enum class Outcome : uint8_t { kRefused = 0, kDone = 1 };
constexpr uint8_t kReusePort = 1;
constexpr uint8_t kFreebind = 2;
constexpr uint8_t kPacketInfo = 4;
constexpr std::size_t kBackendsMax = 3;

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

class Writer final {
 public:
  void u8(uint8_t value) { out_.u8(value); }
  void u32(uint32_t value) { out_.u32(value); }
  void count(std::size_t value) { out_.u16(static_cast<uint16_t>(value)); }
  template <class Enum>
  void code(Enum value) {
    u8(static_cast<uint8_t>(value));
  }
  void address(const IpAddress& ip) {
    u8(ip.is_v4() ? 4 : 6);
    for (std::size_t i = 0; i < (ip.is_v4() ? 4 : 16); ++i) u8(ip.bytes()[i]);
  }
  void endpoint(const SocketAddress& endpoint) {
    address(endpoint.ip);
    out_.u16(endpoint.port);
  }
  void text(std::string_view text) { out_.text16(text.substr(0, kTextBytesMax)); }
  void probes(const std::vector<BackendProbe>& probes) {
    u8(static_cast<uint8_t>(probes.size()));
    for (const BackendProbe& probe : probes) {
      code(probe.backend);
      u8(probe.is_usable ? 1 : 0);
      text(probe.reason);
    }
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
  core::ByteWriter out_{bytes_};
};

// Reads past the end, or a value outside its range, answer zero and make is_good() false for good.
class Reader final {
 public:
  explicit Reader(std::span<const std::byte> in) : in_(core::as_text(in)) {}

  uint8_t u8() { return in_.u8(); }
  uint32_t u32() { return in_.u32(); }
  uint8_t u8_at_most(uint8_t most) { return static_cast<uint8_t>(within(in_.u8(), most)); }
  std::size_t count(std::size_t most) { return within(in_.u16(), most); }
  Backend backend() { return static_cast<Backend>(u8_at_most(3)); }
  IpAddress address() {
    const uint8_t family = in_.u8();
    if (family == 4) return IpAddress::v4(in_.u32());
    if (family != 6) is_in_range_ = false;
    std::array<uint8_t, 16> bytes{};
    for (uint8_t& byte : bytes) byte = in_.u8();
    return IpAddress::v6(bytes);
  }
  SocketAddress endpoint() {
    const IpAddress ip = address();
    return {ip, in_.u16()};
  }
  std::string text() { return std::string(in_.bytes(count(kTextBytesMax))); }
  std::vector<BackendProbe> probes() {
    std::vector<BackendProbe> out(u8_at_most(kBackendsMax));
    for (BackendProbe& probe : out) {
      probe.backend = backend();
      probe.is_usable = u8_at_most(1) == 1;
      probe.reason = text();
    }
    return out;
  }
  [[nodiscard]] bool is_good() const { return in_.ok() && is_in_range_; }
  [[nodiscard]] bool is_done() const { return in_.is_at_end() && is_in_range_; }

 private:
  std::size_t within(std::size_t value, std::size_t most) {
    if (value <= most) return value;
    is_in_range_ = false;
    return 0;
  }
  core::ByteReader in_;
  bool is_in_range_ = true;
};

void write_plan(Writer& out, const Plan& plan) {
  out.code(plan.backend);
  out.count(plan.vips.size());
  for (const IpAddress& vip : plan.vips) out.address(vip);
  out.count(plan.redirects.size());
  for (const Redirect& redirect : plan.redirects) {
    out.endpoint(redirect.vip);
    out.endpoint(redirect.listener);
  }
}

Plan read_plan(Reader& in) {
  Plan plan;
  plan.backend = in.backend();
  const std::size_t vip_count = in.count(kVipsMax);
  for (std::size_t i = 0; i < vip_count && in.is_good(); ++i) plan.vips.push_back(in.address());
  const std::size_t redirect_count = in.count(kRedirectsMax);
  for (std::size_t i = 0; i < redirect_count && in.is_good(); ++i) {
    const SocketAddress vip = in.endpoint();
    plan.redirects.push_back({vip, in.endpoint()});
  }
  return plan;
}

void write_listen(Writer& out, const ListenRequest& request) {
  out.endpoint(request.address);
  out.code(request.transport);
  out.u8(static_cast<uint8_t>((request.reuse_port ? kReusePort : 0) |
                              (request.freebind ? kFreebind : 0) |
                              (request.packet_info ? kPacketInfo : 0)));
}

ListenRequest read_listen(Reader& in) {
  ListenRequest request;
  request.address = in.endpoint();
  request.transport = static_cast<Transport>(in.u8_at_most(1));
  const uint8_t flags = in.u8_at_most(kReusePort | kFreebind | kPacketInfo);
  request.reuse_port = (flags & kReusePort) != 0;
  request.freebind = (flags & kFreebind) != 0;
  request.packet_info = (flags & kPacketInfo) != 0;
  return request;
}

void write_status(Writer& out, const Status& status) {
  out.code(status.backend);
  for (const uint32_t number : {status.vips_wanted, status.vips_present, status.redirects_wanted,
                                status.redirects_present, status.client_pid, status.repairs}) {
    out.u32(number);
  }
  out.probes(status.backends);
}

Status read_status(Reader& in) {
  Status status;
  status.backend = in.backend();
  for (uint32_t* number : {&status.vips_wanted, &status.vips_present, &status.redirects_wanted,
                           &status.redirects_present, &status.client_pid, &status.repairs}) {
    *number = in.u32();
  }
  status.backends = in.probes();
  return status;
}

ProbeReport read_probe_report(Reader& in) {
  ProbeReport report;
  report.chosen = in.backend();
  report.backends = in.probes();
  return report;
}

std::optional<Request> read_request(Reader& in, Operation operation) {
  switch (operation) {
    case Operation::kProbe:
      return ProbeRequest{in.backend()};
    case Operation::kApply:
      return ApplyRequest{read_plan(in)};
    case Operation::kListen:
      return read_listen(in);
    case Operation::kStatus:
      return StatusRequest{};
    case Operation::kRemove:
      return RemoveRequest{};
  }
  return std::nullopt;
}

std::optional<Reply> read_reply(Reader& in, Operation operation) {
  switch (operation) {
    case Operation::kProbe:
      return read_probe_report(in);
    case Operation::kListen:
      return ListenReply{};
    case Operation::kStatus:
      return read_status(in);
    case Operation::kRemove:
      return RemoveReply{};
    case Operation::kApply:
      break;  // answered by a status
  }
  return std::nullopt;
}

// Reads the version; the error names both sides' versions.
core::Result<void> read_version(Reader& in) {
  const uint8_t version = in.u8();
  if (version == kProtocolVersion) return {};
  return Error{"netfilter: the other side speaks version " + std::to_string(version) +
               " of the netd protocol, this one " + std::to_string(kProtocolVersion) +
               "; restart fogbank and fogbank-netd from the same installation"};
}

Error malformed_request() { return Error{"netfilter: malformed request"}; }
Error malformed_reply() { return Error{"netfilter: malformed reply from fogbank-netd"}; }

}  // namespace

std::string encode(const Request& request) {
  Writer out;
  out.u8(kProtocolVersion);
  std::visit(Overloaded{[&](const ProbeRequest& probe) {
                          out.code(Operation::kProbe);
                          out.code(probe.backend);
                        },
                        [&](const ApplyRequest& apply) {
                          out.code(Operation::kApply);
                          write_plan(out, apply.plan);
                        },
                        [&](const ListenRequest& listen) {
                          out.code(Operation::kListen);
                          write_listen(out, listen);
                        },
                        [&](const StatusRequest&) { out.code(Operation::kStatus); },
                        [&](const RemoveRequest&) { out.code(Operation::kRemove); }},
             request);
  return out.take();
}

std::string encode(const Reply& reply) {
  Writer out;
  out.u8(kProtocolVersion);
  const auto begin = [&](Operation operation, Outcome outcome) {
    out.code(operation);
    out.code(outcome);
  };
  std::visit(Overloaded{[&](const Refusal& refusal) {
                          // A refusal answers whatever was asked; some requests cannot be named.
                          begin(Operation{0}, Outcome::kRefused);
                          out.text(refusal.message);
                        },
                        [&](const ProbeReport& report) {
                          begin(Operation::kProbe, Outcome::kDone);
                          out.code(report.chosen);
                          out.probes(report.backends);
                        },
                        [&](const Status& status) {
                          begin(Operation::kStatus, Outcome::kDone);
                          write_status(out, status);
                        },
                        [&](const ListenReply&) { begin(Operation::kListen, Outcome::kDone); },
                        [&](const RemoveReply&) { begin(Operation::kRemove, Outcome::kDone); }},
             reply);
  return out.take();
}

core::Result<Request> parse_request(std::span<const std::byte> message) {
  if (message.size() > kMessageBytesMax) return malformed_request();
  Reader in(message);
  if (auto version = read_version(in); !version) return version.error();
  auto request = read_request(in, static_cast<Operation>(in.u8()));
  if (!request || !in.is_done()) return malformed_request();
  if (const auto* apply = std::get_if<ApplyRequest>(&*request)) {
    if (auto valid = validate(apply->plan); !valid) return valid.error();
  }
  return *std::move(request);
}

core::Result<Reply> parse_reply(std::span<const std::byte> message) {
  if (message.size() > kMessageBytesMax) return malformed_reply();
  Reader in(message);
  if (auto version = read_version(in); !version) return version.error();
  const auto operation = static_cast<Operation>(in.u8());
  const auto outcome = static_cast<Outcome>(in.u8_at_most(1));
  std::optional<Reply> reply;
  if (outcome == Outcome::kDone) {
    reply = read_reply(in, operation);
  } else {
    reply = Refusal{in.text()};
  }
  if (!reply || !in.is_done()) return malformed_reply();
  return *std::move(reply);
}

}  // namespace fogbank::netfilter
