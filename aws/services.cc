#include "aws/services.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace fogbank::aws {
namespace {

constexpr uint8_t protocols(auto... protocol) {
  return static_cast<uint8_t>((0U | ... | (1U << static_cast<unsigned>(protocol))));
}

#include "aws/services_table.inc"

constexpr std::size_t kServiceCount = std::size(kServices);

constexpr bool by_text(const HostPrefix& a, const HostPrefix& b) { return a.text < b.text; }
static_assert(std::is_sorted(std::begin(kHostPrefixes), std::end(kHostPrefixes), by_text));
static_assert(std::all_of(std::begin(kHostPrefixes), std::end(kHostPrefixes), [](const auto& p) {
  return p.text.size() <= kHostPrefixBytesMax && p.service_index < kServiceCount;
}));
static_assert(std::is_sorted(std::begin(kServices), std::end(kServices),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));

// Service indices, ordered by what `Of` answers; services without it left out.
template <auto Of>
struct Index {
  std::array<uint16_t, kServiceCount> places{};
  std::size_t count = 0;

  constexpr Index() {
    for (std::size_t i = 0; i < kServiceCount; ++i) {
      if (!Of(kServices[i]).empty()) places[count++] = static_cast<uint16_t>(i);
    }
    std::sort(places.begin(), places.begin() + count, [](uint16_t a, uint16_t b) {
      const std::string_view x = Of(kServices[a]);
      const std::string_view y = Of(kServices[b]);
      return x == y ? a < b : x < y;
    });
  }
  [[nodiscard]] std::span<const uint16_t> find(std::string_view text) const {
    const auto begin = places.begin();
    const auto end = begin + static_cast<std::ptrdiff_t>(count);
    const auto first = std::lower_bound(
        begin, end, text, [](uint16_t at, std::string_view t) { return Of(kServices[at]) < t; });
    const auto last =
        std::find_if(first, end, [text](uint16_t at) { return Of(kServices[at]) != text; });
    return {first, last};
  }
};

constexpr auto kTargetPrefixOf = [](const ServiceEntry& s) { return s.target_prefix; };
constexpr auto kSigningNameOf = [](const ServiceEntry& s) { return s.signing_name; };
constexpr Index<kTargetPrefixOf> kByTarget;
constexpr Index<kSigningNameOf> kBySigningName;

constexpr auto kVipNumbers = [] {
  std::array<VipNumber, kServiceCount + 2> out{kOtherNamesVip, kResolverVip};
  std::size_t count = 2;
  for (const ServiceEntry& service : kServices) out[count++] = service.vip;
  std::sort(out.begin(), out.end());
  return out;
}();
constexpr std::size_t kVipNumberCount = [] {
  auto copy = kVipNumbers;
  return static_cast<std::size_t>(std::unique(copy.begin(), copy.end()) - copy.begin());
}();
constexpr auto kUniqueVipNumbers = [] {
  auto copy = kVipNumbers;
  std::unique(copy.begin(), copy.end());
  std::array<VipNumber, kVipNumberCount> out{};
  std::copy_n(copy.begin(), kVipNumberCount, out.begin());
  return out;
}();

const ServiceEntry* among(std::span<const uint16_t> found, std::span<const HostPrefix> host) {
  for (const HostPrefix& prefix : host) {
    if (std::find(found.begin(), found.end(), prefix.service_index) != found.end()) {
      return &kServices[prefix.service_index];
    }
  }
  return nullptr;
}

// 45 becomes 0x45: IPv6 addresses show the number's decimal digits as their own.
constexpr unsigned decimal_as_hex(unsigned number) {
  return number / 100 * 256 + number / 10 % 10 * 16 + number % 10;
}
constexpr std::optional<unsigned> hex_as_decimal(unsigned group) {
  const unsigned ones = group & 15;
  const unsigned tens = group >> 4 & 15;
  const unsigned hundreds = group >> 8;
  const unsigned number = hundreds * 100 + tens * 10 + ones;
  if (ones > 9 || tens > 9 || number > 255) return std::nullopt;
  return number;
}

constexpr uint32_t kDefaultV4Base = 0xC612'0000;  // 198.18.0.0, RFC 2544
constexpr std::array<uint8_t, 16> kDefaultV6Base = {0xfd, 0xf0, 0x6b, 0xa0, 0x45, 0x00};

}  // namespace

const ServiceEntry& HostPrefix::service() const { return kServices[service_index]; }

std::span<const ServiceEntry> services() { return kServices; }

const ServiceEntry* service_named(std::string_view name) {
  const auto* found = std::lower_bound(
      std::begin(kServices), std::end(kServices), name,
      [](const ServiceEntry& service, std::string_view n) { return service.name < n; });
  return found != std::end(kServices) && found->name == name ? found : nullptr;
}

std::span<const HostPrefix> services_of_prefix(std::string_view lower_case_prefix) {
  const auto* first = std::lower_bound(std::begin(kHostPrefixes), std::end(kHostPrefixes),
                                       HostPrefix{lower_case_prefix, 0}, by_text);
  const auto* last = first;
  while (last != std::end(kHostPrefixes) && last->text == lower_case_prefix) ++last;
  return {first, last};
}

const ServiceEntry* service_of_target(std::string_view target_prefix,
                                      std::span<const HostPrefix> host) {
  if (target_prefix.empty()) return nullptr;
  const auto found = kByTarget.find(target_prefix);
  if (found.size() == 1) return &kServices[found.front()];
  return among(found, host);
}

const ServiceEntry* service_of_signing_name(std::string_view signing_name,
                                            std::span<const HostPrefix> host) {
  if (signing_name.empty()) return nullptr;
  const auto found = kBySigningName.find(signing_name);
  if (const ServiceEntry* of_host = among(found, host)) return of_host;
  if (found.empty()) {
    // Two services sign with capitals; everything else was found above.
    for (const ServiceEntry& service : kServices) {
      if (core::equals_ignoring_case(service.signing_name, signing_name)) return &service;
    }
    return nullptr;
  }
  const auto of_that_name = std::find_if(found.begin(), found.end(), [&](uint16_t at) {
    return kServices[at].name == signing_name || kServices[at].endpoint_prefix == signing_name;
  });
  return &kServices[of_that_name != found.end() ? *of_that_name : found.front()];
}

VipPool::VipPool() : VipPool(kDefaultV4Base, core::IpAddress::v6(kDefaultV6Base)) {}

std::optional<VipPool> VipPool::parse(std::string_view v4_base, std::string_view v6_base) {
  const auto v4 = core::IpAddress::parse(v4_base);
  const auto v6 = core::IpAddress::parse(v6_base);
  if (!v4 || !v4->is_v4() || !v6 || v6->is_v4()) return std::nullopt;
  if ((v4->v4_host_order() & 0xffff) != 0) return std::nullopt;
  const auto& bytes = v6->bytes();
  if (std::any_of(bytes.begin() + 8, bytes.end(), [](uint8_t b) { return b != 0; })) {
    return std::nullopt;
  }
  return VipPool(v4->v4_host_order(), *v6);
}

Vip VipPool::vip(VipNumber number) const {
  auto bytes = v6_base_.bytes();
  const unsigned third = decimal_as_hex(number >> 8);
  const unsigned last = decimal_as_hex(number & 255U);
  bytes[12] = static_cast<uint8_t>(third >> 8);
  bytes[13] = static_cast<uint8_t>(third & 255);
  bytes[14] = static_cast<uint8_t>(last >> 8);
  bytes[15] = static_cast<uint8_t>(last & 255);
  return {core::IpAddress::v4(v4_base_ + number), core::IpAddress::v6(bytes)};
}

std::optional<VipNumber> VipPool::number_of(const core::IpAddress& address) const {
  if (address.is_v4()) {
    const uint32_t offset = address.v4_host_order() - v4_base_;
    if (offset > 0xffff) return std::nullopt;
    return static_cast<VipNumber>(offset);
  }
  const auto& bytes = address.bytes();
  if (!std::equal(bytes.begin(), bytes.begin() + 12, v6_base_.bytes().begin())) {
    return std::nullopt;
  }
  const auto third = hex_as_decimal(bytes[12] * 256U + bytes[13]);
  const auto last = hex_as_decimal(bytes[14] * 256U + bytes[15]);
  if (!third || !last) return std::nullopt;
  return static_cast<VipNumber>(*third * 256 + *last);
}

std::span<const VipNumber> vip_numbers() { return kUniqueVipNumbers; }

const ServiceEntry* service_of_vip(VipNumber number) {
  if (number == kOtherNamesVip || number == kResolverVip) return nullptr;
  const ServiceEntry* found = nullptr;
  for (const ServiceEntry& service : kServices) {
    if (service.vip != number) continue;
    if (service.name == service.endpoint_prefix) return &service;
    if (found == nullptr) found = &service;
  }
  return found;
}

std::string_view canonical_host(VipNumber number) {
  const ServiceEntry* service = service_of_vip(number);
  return service != nullptr ? service->host : std::string_view("amazonaws.com");
}

}  // namespace fogbank::aws
