#include "aws/zones.h"

#include <array>
#include <iterator>

#include "core/text.h"

namespace fogbank::aws {
namespace {

// A longer suffix stands before the shorter one that it ends in.
constexpr Zone kZones[] = {
    {"amazonaws.com", "aws", ZoneKind::kApi, ""},
    {"api.aws", "aws", ZoneKind::kDualStack, ""},
    {"on.aws", "aws", ZoneKind::kDualStack, ""},
    {"amazonaws.com.cn", "aws-cn", ZoneKind::kApi, ""},
    {"api.amazonwebservices.com.cn", "aws-cn", ZoneKind::kDualStack, ""},
    {"on.amazonwebservices.com.cn", "aws-cn", ZoneKind::kDualStack, ""},
    {"amazonaws.eu", "aws-eusc", ZoneKind::kApi, ""},
    {"api.amazonwebservices.eu", "aws-eusc", ZoneKind::kDualStack, ""},
    {"on.amazonwebservices.eu", "aws-eusc", ZoneKind::kDualStack, ""},
    {"c2s.ic.gov", "aws-iso", ZoneKind::kApi, ""},
    {"api.aws.ic.gov", "aws-iso", ZoneKind::kDualStack, ""},
    {"sc2s.sgov.gov", "aws-iso-b", ZoneKind::kApi, ""},
    {"api.aws.scloud", "aws-iso-b", ZoneKind::kDualStack, ""},
    {"cloud.adc-e.uk", "aws-iso-e", ZoneKind::kApi, ""},
    {"api.cloud-aws.adc-e.uk", "aws-iso-e", ZoneKind::kDualStack, ""},
    {"csp.hci.ic.gov", "aws-iso-f", ZoneKind::kApi, ""},
    {"api.aws.hci.ic.gov", "aws-iso-f", ZoneKind::kDualStack, ""},

    {"aws.amazon.com", "aws", ZoneKind::kConsole, ""},
    {"amazonaws.cn", "aws-cn", ZoneKind::kConsole, ""},
    {"amazonaws-us-gov.com", "aws-us-gov", ZoneKind::kConsole, ""},

    {"cloudfront.net", "aws", ZoneKind::kResource, "cloudfront"},
    {"amazoncognito.com", "aws", ZoneKind::kResource, "cognito-idp"},
    {"awsapps.com", "aws", ZoneKind::kResource, "sso"},
    {"awsapprunner.com", "aws", ZoneKind::kResource, "apprunner"},
    {"amplifyapp.com", "aws", ZoneKind::kResource, "amplify"},
    {"elasticbeanstalk.com", "aws", ZoneKind::kResource, "elasticbeanstalk"},
    {"awsglobalaccelerator.com", "aws", ZoneKind::kResource, "globalaccelerator"},
    {"sagemaker.aws", "aws", ZoneKind::kResource, "sagemaker"},
    {"ecr.aws", "aws", ZoneKind::kResource, "ecr-public"},
    {"signin.aws", "aws", ZoneKind::kResource, "signin"},
    {"acm-validations.aws", "aws", ZoneKind::kResource, "acm"},
    {"ec2.internal", "aws", ZoneKind::kResource, "ec2"},
    {"compute.internal", "aws", ZoneKind::kResource, "ec2"},

    {"aws", "aws", ZoneKind::kOther, ""},
    {"amazontrust.com", "aws", ZoneKind::kOther, ""},
    {"amazonlinux.com", "aws", ZoneKind::kOther, ""},
    {"amazonwebservices.com.cn", "aws-cn", ZoneKind::kOther, ""},
    {"amazonwebservices.eu", "aws-eusc", ZoneKind::kOther, ""},
    {"aws.ic.gov", "aws-iso", ZoneKind::kOther, ""},
    {"aws.scloud", "aws-iso-b", ZoneKind::kOther, ""},
    {"cloud-aws.adc-e.uk", "aws-iso-e", ZoneKind::kOther, ""},
    {"aws.hci.ic.gov", "aws-iso-f", ZoneKind::kOther, ""},
};

// Without a suffix: the whole name is the resource.
constexpr Zone kNameServers = {"", "aws", ZoneKind::kResource, "route53"};

constexpr std::string_view kCaptureZones[] = {
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "amazonaws.cn",
    "amazonaws-us-gov.com",
    "aws",
    "aws.amazon.com",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
    "cloudfront.net",
    "amazoncognito.com",
    "awsapps.com",
    "awsapprunner.com",
    "amplifyapp.com",
    "elasticbeanstalk.com",
    "amazontrust.com",
    "awsglobalaccelerator.com",
    "amazonlinux.com",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "aws.ic.gov",
    "aws.scloud",
    "cloud-aws.adc-e.uk",
    "aws.hci.ic.gov",
    "ec2.internal",
    "compute.internal",
};

// Places in kZones chained by the last character of the suffix, which rules out most of them.
struct ByLastCharacter {
  static constexpr uint8_t kNone = 255;
  std::array<uint8_t, 26> first{};
  std::array<uint8_t, std::size(kZones)> next{};

  constexpr ByLastCharacter() {
    first.fill(kNone);
    for (std::size_t i = std::size(kZones); i-- > 0;) {
      uint8_t& head = first[static_cast<std::size_t>(kZones[i].suffix.back() - 'a')];
      next[i] = head;
      head = static_cast<uint8_t>(i);
    }
  }
  [[nodiscard]] uint8_t find(char last) const {
    return last >= 'a' && last <= 'z' ? first[static_cast<std::size_t>(last - 'a')] : kNone;
  }
};
constexpr ByLastCharacter kByLastCharacter;

bool is_in(std::string_view name, std::string_view zone) {
  if (name.size() < zone.size()) return false;
  if (name.size() > zone.size() && name[name.size() - zone.size() - 1] != '.') return false;
  const std::string_view tail = name.substr(name.size() - zone.size());
  for (std::size_t i = 0; i < zone.size(); ++i) {
    if (core::to_lower(tail[i]) != zone[i]) return false;
  }
  return true;
}

std::string_view without_last_dot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

// The tail "awsdns-{nn}.{com,net,org,co.uk}" of a name of a Route 53 name server.
std::string_view name_server_zone(std::string_view name) {
  for (const std::string_view ending : {"com", "net", "org", "co.uk"}) {
    if (!is_in(name, ending) || name.size() <= ending.size() + 1) continue;
    const std::string_view left = name.substr(0, name.size() - ending.size() - 1);
    const std::size_t dot = left.rfind('.');
    const std::size_t start = dot == std::string_view::npos ? 0 : dot + 1;
    const std::string_view label = left.substr(start);
    constexpr std::string_view kFamily = "awsdns-";
    if (label.size() != kFamily.size() + 2) continue;
    if (!core::equals_ignoring_case(label.substr(0, kFamily.size()), kFamily)) continue;
    const std::string_view number = label.substr(kFamily.size());
    if (number.find_first_not_of("0123456789") == std::string_view::npos) {
      return name.substr(start);
    }
  }
  return {};
}

}  // namespace

const Zone* zone_of(std::string_view name) {
  name = without_last_dot(name);
  if (name.empty()) return nullptr;
  uint8_t at = kByLastCharacter.find(core::to_lower(name.back()));
  for (; at != ByLastCharacter::kNone; at = kByLastCharacter.next[at]) {
    if (is_in(name, kZones[at].suffix)) return &kZones[at];
  }
  return name_server_zone(name).empty() ? nullptr : &kNameServers;
}

std::span<const std::string_view> capture_zones() { return kCaptureZones; }

std::string_view captured_zone(std::string_view name) {
  name = without_last_dot(name);
  for (const std::string_view zone : kCaptureZones) {
    if (is_in(name, zone)) return name.substr(name.size() - zone.size());
  }
  return name_server_zone(name);
}

}  // namespace fogbank::aws
