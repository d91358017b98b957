#include "proxy/counters.h"

#include <string>

namespace fogbank::proxy {

Counters::Counters(core::Metrics& metrics)
    : connections(metrics.gauge("fogbank_proxy_connections")),
      accepted_tls(metrics.counter("fogbank_proxy_connections_accepted_total", "listener=\"tls\"")),
      accepted_plain(
          metrics.counter("fogbank_proxy_connections_accepted_total", "listener=\"plain\"")),
      accept_failures(metrics.counter("fogbank_proxy_accept_failures_total")),
      accept_pauses(metrics.counter("fogbank_proxy_accept_pauses_total")),
      handshakes_full(metrics.counter("fogbank_proxy_handshakes_total", "outcome=\"full\"")),
      handshakes_resumed(metrics.counter("fogbank_proxy_handshakes_total", "outcome=\"resumed\"")),
      handshakes_failed(metrics.counter("fogbank_proxy_handshakes_total", "outcome=\"failed\"")),
      handshakes_without_leaf(
          metrics.counter("fogbank_proxy_handshakes_total", "outcome=\"no_leaf\"")),
      plain_on_tls(metrics.counter("fogbank_proxy_handshakes_total", "outcome=\"plain_http\"")),
      tls_on_plain(
          metrics.counter("fogbank_proxy_requests_refused_total", "reason=\"tls_on_plain\"")),
      requests_http1(metrics.counter("fogbank_proxy_requests_total", "version=\"1\"")),
      requests_http2(metrics.counter("fogbank_proxy_requests_total", "version=\"2\"")),
      peers_gone(metrics.counter("fogbank_proxy_peers_gone_total")),
      requests_cut(metrics.counter("fogbank_proxy_requests_refused_total", "reason=\"cut\"")),
      answers_broken(metrics.counter("fogbank_proxy_answers_broken_total")),
      answers_unusable(metrics.counter("fogbank_proxy_answers_unusable_total")),
      timeouts_handshake(metrics.counter("fogbank_proxy_timeouts_total", "phase=\"handshake\"")),
      timeouts_idle(metrics.counter("fogbank_proxy_timeouts_total", "phase=\"idle\"")),
      timeouts_write(metrics.counter("fogbank_proxy_timeouts_total", "phase=\"write\"")),
      http2_malformed(
          metrics.counter("fogbank_proxy_requests_refused_total", "reason=\"malformed_http2\"")),
      http2_errors(metrics.counter("fogbank_proxy_http2_connections_ended_total",
                                   "reason=\"protocol_error\"")),
      http2_floods(
          metrics.counter("fogbank_proxy_http2_connections_ended_total", "reason=\"flood\"")) {
  for (std::size_t i = 0; i < kHttpFaultCount; ++i) {
    const std::string_view label = describe(static_cast<HttpFault>(i)).label;
    faults_.push_back(metrics.counter("fogbank_proxy_requests_refused_total",
                                      "reason=\"" + std::string(label) + "\""));
  }
}

}  // namespace fogbank::proxy
