#include "dns/forwarded.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "dns/dns.h"
#include "dns/message.h"

namespace fogbank::dns {
namespace {

std::string short_answer(const Query& query, uint16_t flags, ResponseCode code) {
  std::array<char, kPlainAnswerBytesMax> out{};
  AnswerWriter writer(out, query);
  writer.begin(flags, code);
  return {out.data(), writer.finish()};
}

}  // namespace

std::string forwarded_answer(std::optional<std::string_view> from_forwarder, std::string_view query,
                             std::size_t bytes_max) {
  Query asked;
  read_query(query, asked);
  if (!from_forwarder || from_forwarder->size() < kHeaderBytes) {
    return short_answer(asked, 0, kServerFailure);
  }
  if (from_forwarder->size() > bytes_max) {
    const uint16_t code = u16_at(*from_forwarder, 2) & 0xf;
    return short_answer(asked, kFlagTruncated, static_cast<ResponseCode>(code));
  }
  std::string out(*from_forwarder);
  put_u16(out, 0, asked.id);
  // Clients that vary the case of the question (0x20) want it back as it was.
  if (out.size() >= kHeaderBytes + asked.question.size() &&
      core::equals_ignoring_case(std::string_view(out).substr(kHeaderBytes, asked.question.size()),
                                 asked.question)) {
    std::copy(asked.question.begin(), asked.question.end(), out.begin() + kHeaderBytes);
  }
  return out;
}

std::size_t udp_bytes_max(std::string_view query) {
  Query asked;
  read_query(query, asked);
  const std::size_t offered = asked.edns.is_present ? asked.edns.udp_bytes_max : 0;
  return std::clamp(offered, kPlainAnswerBytesMax, kUdpAnswerBytesMax);
}

}  // namespace fogbank::dns
