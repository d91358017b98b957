// What a request's head says about host, signature and service: no input does harm, and what is
// read keeps its promises. Lines of the input: host, target, then "name: value" headers; behind an
// empty line the beginning of the body.
#include <cstddef>
#include <cstdint>
#include <string>

#include "aws/endpoint.h"
#include "aws/service_router.h"
#include "aws/sigv4.h"
#include "aws/zones.h"
#include "core/check.h"
#include "core/text.h"

namespace {

using namespace fogbank;

std::string_view take_line(std::string_view& left) {
  const std::string_view line = left.substr(0, left.find('\n'));
  left.remove_prefix(std::min(left.size(), line.size() + 1));
  return line;
}

void check_host(std::string_view host, const aws::Endpoint& endpoint) {
  core::check(endpoint.host().size() <= host.size(), "a host is not made longer");
  core::check(core::to_lower(endpoint.host()) == endpoint.host(), "a host is lower case");
  core::check(aws::is_captured(endpoint.host()), "only captured names parse");
  const auto again = aws::parse_host(endpoint.host());
  core::check(again && again->resource() == endpoint.resource() &&
                  again->service() == endpoint.service() && again->kind() == endpoint.kind(),
              "a parsed host parses to the same");
  core::check((endpoint.kind() == aws::HostKind::kUnknown) == (endpoint.service() == nullptr),
              "a host of unknown service has none");
}

void check_signature(const core::HttpRequest& request, const aws::SignatureClaim& claim) {
  if (claim.scheme != aws::SignatureScheme::kV4) return;
  const core::SecretBytes secret("secret");
  aws::SigV4Verifier verifier;
  const auto verified = verifier.verify(
      request, claim,
      {secret, "UNSIGNED-PAYLOAD", aws::CanonicalPath::kS3, "", "", claim.signed_at_ms});
  if (verified) return;
  for (const auto style : {aws::SignatureErrorStyle::kS3, aws::SignatureErrorStyle::kQuery,
                           aws::SignatureErrorStyle::kJson}) {
    core::check(aws::signature_error(verified.error(), style).status >= 400, "a fault is an error");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  std::string_view left(reinterpret_cast<const char*>(data), size);
  const std::string_view host = take_line(left);
  const auto endpoint = aws::parse_host(host);
  core::check(endpoint.has_value() || host.find(':') != std::string_view::npos ||
                  host.size() > 253 || !aws::is_captured(host),
              "every captured name parses");
  if (endpoint) check_host(host, *endpoint);

  core::HttpRequest request;
  request.method = "POST";
  request.authority = host;
  const std::string_view target = take_line(left);
  request.path = target.substr(0, target.find('?'));
  request.query = target.substr(std::min(target.size(), request.path.size() + 1));
  std::vector<std::string> names;
  names.reserve(64);
  while (names.size() < names.capacity()) {
    const std::string_view line = take_line(left);
    if (line.empty()) break;
    const std::size_t colon = std::min(line.find(':'), line.size());
    names.push_back(core::to_lower(line.substr(0, colon)));
    request.headers.push_back(
        {names.back(), core::trim(line.substr(std::min(line.size(), colon + 1)))});
  }
  const auto claim = aws::read_signature(request);
  if (claim) check_signature(request, *claim);
  (void)aws::read_payload_hash(request);
  const std::string_view scope = claim ? std::string_view(claim->service) : std::string_view();
  const aws::ServiceRoute route =
      aws::route_service(request, {endpoint ? &*endpoint : nullptr, scope, left});
  core::check(route.service == nullptr || route.service_text == route.service->name,
              "a known service has its own name");
  return 0;
}
