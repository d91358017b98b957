// Host names, of DNS questions and of Host headers: every name of a captured zone parses and no
// other, what is said about it lies within the name, and case does not matter.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/endpoint.h"
#include "aws/zones.h"
#include "core/check.h"

namespace {

namespace aws = fogbank::aws;
using fogbank::core::check;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

bool is_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_endpoint(const aws::Endpoint& endpoint) {
  const std::string_view host = endpoint.host();
  check(!host.empty() && host.size() <= 253, "a host has the length of a name");
  check(is_within(endpoint.service_text(), host), "the service is in the name");
  check(is_within(endpoint.resource(), host), "the resource is in the name");
  check(aws::is_captured(host), "a host lies in a captured zone");
  check(aws::Region::parse(endpoint.region().text()).has_value(), "a region is a region");
  check((endpoint.kind() == aws::HostKind::kS3) == (endpoint.s3_form() != aws::S3Form::kNone),
        "S3's hosts have a form");
  check(endpoint.kind() != aws::HostKind::kApi || endpoint.service() != nullptr,
        "an API has a service");
  const auto again = aws::parse_host(host);
  check(again && again->host() == host && again->resource() == endpoint.resource() &&
            again->service() == endpoint.service() && again->vip() == endpoint.vip(),
        "a parsed host parses to itself");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view name(reinterpret_cast<const char*>(data), size);
  const std::string_view zone = aws::captured_zone(name);
  check(zone.empty() != aws::is_captured(name), "a captured name has a zone");
  check(is_within(zone, name), "a zone is a tail of the name");
  const auto endpoint = aws::parse_host(name);
  if (endpoint) check_endpoint(*endpoint);
  const auto loud = aws::parse_host(upper(name));
  check(loud.has_value() == endpoint.has_value(), "case does not matter");
  if (loud && endpoint) check(loud->host() == endpoint->host(), "hosts are lower case");
  return 0;
}
