#include "emulators/route.h"

#include <algorithm>

#include "aws/endpoint.h"
#include "aws/service_router.h"
#include "aws/signature.h"
#include "core/text.h"

namespace fogbank::emulators {
namespace {

// What a request calls itself, for a log line and an error about an unknown service.
std::string operation_hint(const core::HttpRequest& request, const aws::ServiceRoute& meant) {
  if (!meant.operation.empty()) return core::percent_decode(meant.operation);
  return std::string(request.method) + " " + std::string(request.path);
}

std::string_view without_port(std::string_view authority) {
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.find(']', colon) != std::string_view::npos) {
    return authority;
  }
  return authority.substr(0, colon);
}

// The protocol of an answer to a request of a service that is not emulated.
aws::Protocol protocol_guess(const core::HttpRequest& request, aws::RequestFormat format) {
  switch (format) {
    case aws::RequestFormat::kJson:
    case aws::RequestFormat::kTargetCbor:
      return aws::Protocol::kJson11;
    case aws::RequestFormat::kRpcCbor:
      return aws::Protocol::kRpcCbor;
    case aws::RequestFormat::kQuery:
      return aws::Protocol::kQuery;
    case aws::RequestFormat::kRest:
      break;
  }
  const std::string_view type = request.header("content-type").value_or("");
  if (type.starts_with("application/x-www-form-urlencoded")) return aws::Protocol::kQuery;
  return type.starts_with("application/json") ? aws::Protocol::kRestJson : aws::Protocol::kRestXml;
}

// The family whose words say that a signature cannot be read.
aws::SignatureErrorStyle error_style(const aws::ServiceRoute& meant) {
  if (meant.service_text == "s3") return aws::SignatureErrorStyle::kS3;
  if (meant.service == nullptr || meant.format == aws::RequestFormat::kJson) {
    return aws::SignatureErrorStyle::kJson;
  }
  using enum aws::WireProtocol;
  const aws::ServiceEntry& service = *meant.service;
  const bool is_old = service.speaks(kEc2) || service.speaks(kRestXml) ||
                      (service.speaks(kQuery) && !service.speaks(kJson));
  return is_old || meant.format == aws::RequestFormat::kQuery ? aws::SignatureErrorStyle::kQuery
                                                              : aws::SignatureErrorStyle::kJson;
}

}  // namespace

Route route_by_head(const core::HttpRequest& request, const Registry& registry) {
  const auto claim = aws::read_signature(request);
  const aws::SignatureClaim who = claim ? *claim : aws::SignatureClaim{};
  const auto endpoint = aws::parse_host(request.authority);
  const aws::Region default_region = *aws::Region::parse("us-east-1");
  Route route(endpoint ? endpoint->region() : default_region);
  route.host = without_port(request.authority);
  route.access_key_id = who.access_key_id;
  const bool is_region_said = endpoint && endpoint->region_source() == aws::RegionSource::kHost;
  if (!is_region_said) {
    if (const auto region = aws::Region::parse(who.region)) route.region = *region;
  }
  route.partition = endpoint ? &endpoint->partition() : &aws::partition_of(route.region);

  const aws::ServiceRoute meant =
      aws::route_service(request, {endpoint ? &*endpoint : nullptr, who.service, {}});
  route.service_name = meant.service_text;
  route.service = registry.find(route.service_name);
  if (route.service == nullptr) {
    route.operation_hint = operation_hint(request, meant);
    route.protocol = protocol_guess(request, meant.format);
  } else {
    route.protocol = aws::protocol_of(route.service->model(), request);
  }
  if (!claim) route.refusal = aws::signature_error(claim.error(), error_style(meant));
  if (route.service == nullptr) return route;
  // S3 takes anonymous requests and decides by the bucket; nothing else emulated here does.
  if (claim && who.scheme == aws::SignatureScheme::kNone && route.service_name != "s3") {
    route.refusal = aws::signature_error({.fault = aws::SignatureFault::kMissing},
                                         error_style(meant));
  }
  if (route.service_name != "s3" || !endpoint) return route;
  switch (endpoint->s3_form()) {
    case aws::S3Form::kVirtualHost:
    case aws::S3Form::kAccelerate:
      route.rest_path.append("/").append(endpoint->resource()).append(request.path);
      break;
    case aws::S3Form::kNone:
    case aws::S3Form::kPath:
      break;
    default:  // forms whose operations are not emulated
      route.service = nullptr;
      route.operation_hint = operation_hint(request, meant);
      break;
  }
  return route;
}

aws::RequestIdForm request_id_form(const Route& route) {
  if (route.service_name == "s3") return aws::RequestIdForm::kS3;
  if (route.service_name == "dynamodb") return aws::RequestIdForm::kDynamodb;
  return aws::RequestIdForm::kUuid;
}

}  // namespace fogbank::emulators
