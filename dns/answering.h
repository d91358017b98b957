// What UDP and TCP share on one loop. For this room only.
#pragma once

#include <array>
#include <cstdint>

#include "core/metrics.h"
#include "dns/answer.h"
#include "dns/forwarder.h"

namespace fogbank::dns {

struct DnsCounters {
  explicit DnsCounters(core::Metrics& metrics);
  void count(Outcome outcome) { outcomes[static_cast<std::size_t>(outcome)]->add(); }
  void count(const std::array<uint64_t, kOutcomeCount>& times) {
    for (std::size_t i = 0; i < kOutcomeCount; ++i) {
      if (times[i] > 0) outcomes[i]->add(times[i]);
    }
  }

  std::array<core::Counter*, kOutcomeCount> outcomes;
  core::Counter& forwards_refused;  // too many unanswered
  core::Counter& forwards_failed;   // no server answered
  core::Counter& sends_failed;
  core::Counter& connections;
  core::Counter& connections_closed;  // by us: idle, or to make room
};

struct Answering {
  Site site;
  Forwarder* forwarder;  // null: Outcome::kForward does not happen
  DnsCounters& counters;
};

}  // namespace fogbank::dns
