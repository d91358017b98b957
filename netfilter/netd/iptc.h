// SPDX-License-Identifier: GPL-2.0-or-later
// libiptc, once per family under equal names, and the owner of its handle. Only iptables.cc
// includes it.
#pragma once

// First: the kernel's headers yield to the C library's only if these come before them.
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <climits>

extern "C" {
#include <libiptc/libip6tc.h>
#include <libiptc/libiptc.h>
}
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter/xt_comment.h>
#include <linux/netfilter/xt_tcpudp.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "core/address.h"

namespace fogbank::netfilter {

struct V4 {
  using Entry = ipt_entry;
  static constexpr const char* kCommand = "iptables";
  static constexpr const char* kTablesFile = "/proc/self/net/ip_tables_names";
  static xtc_handle* init() { return iptc_init("nat"); }
  static void free(xtc_handle* h) { iptc_free(h); }
  static bool is_chain(const char* name, xtc_handle* h) { return iptc_is_chain(name, h) != 0; }
  static const Entry* first_rule(const char* chain, xtc_handle* h) {
    return iptc_first_rule(chain, h);
  }
  static const Entry* next_rule(const Entry* rule, xtc_handle* h) {
    return iptc_next_rule(rule, h);
  }
  static const char* target(const Entry* rule, xtc_handle* h) { return iptc_get_target(rule, h); }
  static bool append(const char* chain, const Entry* rule, xtc_handle* h) {
    return iptc_append_entry(chain, rule, h) != 0;
  }
  static bool insert_first(const char* chain, const Entry* rule, xtc_handle* h) {
    return iptc_insert_entry(chain, rule, 0, h) != 0;
  }
  static bool erase(const char* chain, unsigned number, xtc_handle* h) {
    return iptc_delete_num_entry(chain, number, h) != 0;
  }
  static bool create_chain(const char* chain, xtc_handle* h) {
    return iptc_create_chain(chain, h) != 0;
  }
  static bool delete_chain(const char* chain, xtc_handle* h) {
    return iptc_flush_entries(chain, h) != 0 && iptc_delete_chain(chain, h) != 0;
  }
  static bool commit(xtc_handle* h) { return iptc_commit(h) != 0; }
  static const char* error() { return iptc_strerror(errno); }
  static void match_tcp(Entry& entry) { entry.ip.proto = IPPROTO_TCP; }
  static void match_destination(Entry& entry, const core::IpAddress& ip) {
    std::memcpy(&entry.ip.dst, ip.bytes().data(), sizeof entry.ip.dst);
    std::memset(&entry.ip.dmsk, 0xff, sizeof entry.ip.dmsk);
  }
};

struct V6 {
  using Entry = ip6t_entry;
  static constexpr const char* kCommand = "ip6tables";
  static constexpr const char* kTablesFile = "/proc/self/net/ip6_tables_names";
  static xtc_handle* init() { return ip6tc_init("nat"); }
  static void free(xtc_handle* h) { ip6tc_free(h); }
  static bool is_chain(const char* name, xtc_handle* h) { return ip6tc_is_chain(name, h) != 0; }
  static const Entry* first_rule(const char* chain, xtc_handle* h) {
    return ip6tc_first_rule(chain, h);
  }
  static const Entry* next_rule(const Entry* rule, xtc_handle* h) {
    return ip6tc_next_rule(rule, h);
  }
  static const char* target(const Entry* rule, xtc_handle* h) { return ip6tc_get_target(rule, h); }
  static bool append(const char* chain, const Entry* rule, xtc_handle* h) {
    return ip6tc_append_entry(chain, rule, h) != 0;
  }
  static bool insert_first(const char* chain, const Entry* rule, xtc_handle* h) {
    return ip6tc_insert_entry(chain, rule, 0, h) != 0;
  }
  static bool erase(const char* chain, unsigned number, xtc_handle* h) {
    return ip6tc_delete_num_entry(chain, number, h) != 0;
  }
  static bool create_chain(const char* chain, xtc_handle* h) {
    return ip6tc_create_chain(chain, h) != 0;
  }
  static bool delete_chain(const char* chain, xtc_handle* h) {
    return ip6tc_flush_entries(chain, h) != 0 && ip6tc_delete_chain(chain, h) != 0;
  }
  static bool commit(xtc_handle* h) { return ip6tc_commit(h) != 0; }
  static const char* error() { return ip6tc_strerror(errno); }
  static void match_tcp(Entry& entry) {
    entry.ipv6.proto = IPPROTO_TCP;
    entry.ipv6.flags |= IP6T_F_PROTO;  // without it the kernel ignores the protocol
  }
  static void match_destination(Entry& entry, const core::IpAddress& ip) {
    std::memcpy(&entry.ipv6.dst, ip.bytes().data(), sizeof entry.ipv6.dst);
    std::memset(&entry.ipv6.dmsk, 0xff, sizeof entry.ipv6.dmsk);
  }
};

// Freeing without a commit changes nothing in the kernel.
template <class Family>
struct FreeTable {
  void operator()(xtc_handle* handle) const noexcept { Family::free(handle); }
};
template <class Family>
using TableHandle = std::unique_ptr<xtc_handle, FreeTable<Family>>;

}  // namespace fogbank::netfilter
