// What a forwarder's answer becomes before the client gets it. For this room only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fogbank::dns {

// The forwarder's answer with the id and the exact question of `query`, which is well-formed:
// everything else passes unmodified, also what leads into an owned zone by CNAME, because other
// people's names are not ours to change. Nothing from the forwarder, or less than a header:
// SERVFAIL. More than `bytes_max`: truncated.
std::string forwarded_answer(std::optional<std::string_view> from_forwarder, std::string_view query,
                             std::size_t bytes_max);

// What the client of this query takes over UDP.
std::size_t udp_bytes_max(std::string_view query);

}  // namespace fogbank::dns
