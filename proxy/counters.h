// What the proxy counts (docs/metrics): one counter per outcome.
#pragma once

#include <functional>
#include <vector>

#include "core/metrics.h"
#include "proxy/http_fault.h"

namespace fogbank::proxy {

// The counters of all loops; made once, so that counting is one atomic addition.
struct Counters {
  explicit Counters(core::Metrics& metrics);

  core::Gauge& connections;
  core::Counter& accepted_tls;
  core::Counter& accepted_plain;
  core::Counter& accept_failures;  // no descriptors, no memory
  core::Counter& accept_pauses;    // at the limit of connections

  core::Counter& handshakes_full;
  core::Counter& handshakes_resumed;
  core::Counter& handshakes_failed;
  core::Counter& handshakes_without_leaf;
  core::Counter& plain_on_tls;  // plain HTTP on a TLS listener
  core::Counter& tls_on_plain;

  core::Counter& requests_http1;
  core::Counter& requests_http2;
  core::Counter& peers_gone;        // while their request was being served
  core::Counter& requests_cut;      // the connection ended inside a request
  core::Counter& answers_broken;    // a body that failed or had another length than declared
  core::Counter& answers_unusable;  // a header field that cannot be sent; answered 500

  core::Counter& timeouts_handshake;
  core::Counter& timeouts_idle;
  core::Counter& timeouts_write;
  core::Counter& http2_malformed;  // requests that break the rules of RFC 9113 section 8
  core::Counter& http2_errors;     // connections ended because the peer broke the protocol
  core::Counter& http2_floods;     // connections ended because of too many cheap frames

  core::Counter& fault(HttpFault fault) { return faults_[static_cast<std::size_t>(fault)]; }

 private:
  std::vector<std::reference_wrapper<core::Counter>> faults_;
};

}  // namespace fogbank::proxy
