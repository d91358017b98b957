#include "aws/names.h"

#include <span>

namespace fogbank::aws {
namespace {

constexpr Partition kPartitions[] = {
    {"aws", "amazonaws.com", "api.aws", "on.aws", "us-east-1"},
    {"aws-us-gov", "amazonaws.com", "api.aws", "on.aws", "us-gov-west-1"},
    {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "on.amazonwebservices.com.cn",
     "cn-northwest-1"},
    {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "on.amazonwebservices.eu",
     "eusc-de-east-1"},
    {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "", "us-iso-east-1"},
    {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "", "us-isob-east-1"},
    {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "", "eu-isoe-west-1"},
    {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "", "us-isof-south-1"},
};

// Prefixes of region names and their partitions; the longer ones first.
struct RegionPrefix {
  std::string_view prefix;
  std::size_t partition;
};
constexpr RegionPrefix kRegionPrefixes[] = {
    {"us-gov-", 1}, {"us-isob-", 5}, {"us-isof-", 7}, {"us-iso-", 4}, {"eu-isoe-", 6},
    {"eusc-de-", 3}, {"cn-", 2},     {"us-", 0},      {"eu-", 0},     {"ap-", 0},
    {"sa-", 0},      {"ca-", 0},     {"me-", 0},      {"af-", 0},     {"il-", 0},
    {"mx-", 0},
};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "{word}-{digits}", the end of every region's name.
bool is_place(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_lower(text[at])) ++at;
  if (at == 0 || at + 1 >= text.size() || text[at] != '-') return false;
  const std::string_view digits = text.substr(at + 1);
  if (digits.size() > 2) return false;
  for (const char c : digits) {
    if (!is_digit(c)) return false;
  }
  return true;
}

}  // namespace

std::optional<AccountId> AccountId::parse(std::string_view text) {
  AccountId out;
  if (text.size() != out.digits_.size()) return std::nullopt;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
  }
  std::memcpy(out.digits_.data(), text.data(), text.size());
  return out;
}

std::optional<Region> Region::parse(std::string_view text) {
  if (text.size() > kBytesMax) return std::nullopt;
  for (const RegionPrefix& known : kRegionPrefixes) {
    if (!text.starts_with(known.prefix) || !is_place(text.substr(known.prefix.size()))) continue;
    Region out;
    std::memcpy(out.name_.data(), text.data(), text.size());
    out.bytes_ = static_cast<uint8_t>(text.size());
    return out;
  }
  return std::nullopt;
}

const Partition& partition_of(const Region& region) {
  for (const RegionPrefix& known : kRegionPrefixes) {
    if (region.text().starts_with(known.prefix)) return kPartitions[known.partition];
  }
  return kPartitions[0];
}

const Partition* partition_named(std::string_view name) {
  for (const Partition& partition : kPartitions) {
    if (partition.name == name) return &partition;
  }
  return nullptr;
}

std::optional<Arn> Arn::parse(std::string_view text) {
  if (!text.starts_with("arn:")) return std::nullopt;
  text.remove_prefix(4);
  Arn out;
  for (std::string* part : {&out.partition, &out.service, &out.region, &out.account}) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    *part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  out.resource = text;
  if (out.partition.empty() || out.service.empty() || out.resource.empty()) return std::nullopt;
  return out;
}

std::string Arn::text() const {
  return "arn:" + partition + ':' + service + ':' + region + ':' + account + ':' + resource;
}

}  // namespace fogbank::aws
