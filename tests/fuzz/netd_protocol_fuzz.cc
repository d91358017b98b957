// Messages between the daemon and fogbank-netd: no input does harm, what is accepted is valid, and
// encoding it again gives the same bytes.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/check.h"
#include "core/text.h"
#include "netfilter/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace fogbank;
  const auto message = std::as_bytes(std::span(data, size));
  if (const auto request = netfilter::parse_request(message)) {
    core::check(netfilter::encode(*request) == core::as_text(message), "a request is the same");
    if (const auto* apply = std::get_if<netfilter::ApplyRequest>(&*request)) {
      core::check(netfilter::validate(apply->plan).has_value(), "an accepted plan is valid");
    }
  }
  if (const auto reply = netfilter::parse_reply(message)) {
    const auto again = netfilter::parse_reply(core::as_bytes(netfilter::encode(*reply)));
    core::check(again && *again == *reply, "a reply is the same");
  }
  return 0;
}
