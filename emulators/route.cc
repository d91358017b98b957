#include "emulators/route.h"

#include <algorithm>

#include "aws/endpoint.h"
#include "aws/services.h"
#include "core/text.h"

namespace fogbank::emulators {
namespace {

// The parts of a credential scope: "AK/20260101/us-east-1/sqs/aws4_request".
struct Scope {
  std::string access_key_id, region, service;
};

Scope read_scope(std::string_view credential) {
  Scope scope;
  std::string* const parts[] = {&scope.access_key_id, nullptr, &scope.region, &scope.service};
  for (std::string* part : parts) {
    const auto slash = credential.find('/');
    if (part != nullptr) *part = credential.substr(0, slash);
    if (slash == std::string_view::npos) break;
    credential.remove_prefix(slash + 1);
  }
  return scope;
}

std::string_view query_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) == name && equals != std::string_view::npos) {
      return pair.substr(equals + 1);
    }
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
  }
  return {};
}

Scope scope_of(const core::HttpRequest& request) {
  const std::string_view authorization = request.header("authorization").value_or("");
  if (const auto at = authorization.find("Credential="); at != std::string_view::npos) {
    const std::string_view rest = authorization.substr(at + 11);
    return read_scope(rest.substr(0, rest.find_first_of(", ")));
  }
  if (authorization.starts_with("AWS ")) {  // Signature Version 2: "AWS AK:signature"
    return {std::string(authorization.substr(4, authorization.find(':') - 4)), "", "s3"};
  }
  const auto credential = query_parameter(request.query, "X-Amz-Credential");
  if (!credential.empty()) return read_scope(core::percent_decode(credential));
  return {std::string(query_parameter(request.query, "AWSAccessKeyId")), "", ""};
}

// What a request calls itself, for a log line and an error about an unknown service.
std::string operation_hint(const core::HttpRequest& request) {
  const std::string_view target = request.header("x-amz-target").value_or("");
  if (!target.empty()) return std::string(target.substr(target.rfind('.') + 1));
  const std::string_view action = query_parameter(request.query, "Action");
  if (!action.empty()) return core::percent_decode(action);
  return std::string(request.method) + " " + std::string(request.path);
}

std::string_view without_port(std::string_view authority) {
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.find(']', colon) != std::string_view::npos) {
    return authority;
  }
  return authority.substr(0, colon);
}

// Of the services that share a host, the one the request means.
const aws::ServiceEntry* choose_service(const aws::Endpoint& endpoint,
                                        const core::HttpRequest& request, const Scope& scope) {
  if (endpoint.candidates().size() < 2) return endpoint.service();
  const std::string_view target = request.header("x-amz-target").value_or("");
  if (!target.empty()) {
    const auto* entry =
        aws::service_of_target(target.substr(0, target.rfind('.')), endpoint.candidates());
    if (entry != nullptr) return entry;
  }
  const auto* entry = aws::service_of_signing_name(scope.service, endpoint.candidates());
  return entry != nullptr ? entry : endpoint.service();
}

// The protocol of an answer to a request of a service that is not emulated.
aws::Protocol protocol_guess(const core::HttpRequest& request) {
  if (request.header("x-amz-target")) return aws::Protocol::kJson11;
  if (request.header("smithy-protocol")) return aws::Protocol::kRpcCbor;
  const std::string_view type = request.header("content-type").value_or("");
  if (type.starts_with("application/x-www-form-urlencoded")) return aws::Protocol::kQuery;
  return type.starts_with("application/json") ? aws::Protocol::kRestJson
                                              : aws::Protocol::kRestXml;
}

}  // namespace

Route route_by_head(const core::HttpRequest& request, const Registry& registry) {
  const Scope scope = scope_of(request);
  const auto endpoint = aws::parse_host(request.authority);
  const aws::Region default_region = *aws::Region::parse("us-east-1");
  Route route(endpoint ? endpoint->region() : default_region);
  route.host = without_port(request.authority);
  route.access_key_id = scope.access_key_id;
  const bool is_region_said =
      endpoint && endpoint->region_source() == aws::RegionSource::kHost;
  if (!is_region_said) {
    if (const auto region = aws::Region::parse(scope.region)) route.region = *region;
  }
  route.partition = endpoint ? &endpoint->partition() : &aws::partition_of(route.region);

  const aws::ServiceEntry* entry = endpoint ? choose_service(*endpoint, request, scope)
                                            : aws::service_of_signing_name(scope.service);
  if (entry != nullptr) {
    route.service_name = entry->name;
  } else {
    route.service_name = endpoint ? std::string(endpoint->service_text()) : "s3";
  }
  route.service = registry.find(route.service_name);
  if (route.service == nullptr) {
    route.operation_hint = operation_hint(request);
    route.protocol = protocol_guess(request);
    return route;
  }
  route.protocol = aws::protocol_of(route.service->model(), request);
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
      route.operation_hint = operation_hint(request);
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
