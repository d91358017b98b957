// ldns handles with one owner each; the only header that includes ldns. For this room only.
#pragma once

#include <ldns/ldns.h>

#include <memory>

namespace fogbank::dns {

struct LdnsFree {
  void operator()(ldns_rr* record) const noexcept { ::ldns_rr_free(record); }
  void operator()(ldns_pkt* packet) const noexcept { ::ldns_pkt_free(packet); }
  void operator()(ldns_rdf* field) const noexcept { ::ldns_rdf_deep_free(field); }
  void operator()(ldns_buffer* buffer) const noexcept { ::ldns_buffer_free(buffer); }
};
using UniqueRecord = std::unique_ptr<ldns_rr, LdnsFree>;
using UniquePacket = std::unique_ptr<ldns_pkt, LdnsFree>;
using UniqueField = std::unique_ptr<ldns_rdf, LdnsFree>;
using UniqueBuffer = std::unique_ptr<ldns_buffer, LdnsFree>;

}  // namespace fogbank::dns
