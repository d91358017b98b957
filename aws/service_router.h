// Which service and operation a request is for, when the host alone does not say it: services
// share hosts, and clients with a custom endpoint or an address literal send no AWS name at all.
#pragma once

#include <cstdint>
#include <string_view>

#include "aws/endpoint.h"
#include "core/http.h"

namespace fogbank::aws {

// How a request names its operation.
enum class RequestFormat : uint8_t {
  kRest,        // by method and path: rest-json, rest-xml
  kJson,        // X-Amz-Target
  kTargetCbor,  // X-Amz-Target with a body of application/x-amz-cbor-1.1 (old Java clients)
  kQuery,       // Action and Version in the query string or in a form: query, ec2
  kRpcCbor,     // /service/{target prefix}/operation/{operation}
};

struct ServiceRoute {
  // Null if no service of the table is meant; then `service_text` is how the request names it.
  const ServiceEntry* service = nullptr;
  std::string_view service_text;
  RequestFormat format = RequestFormat::kRest;
  // As sent; empty for kRest. Of a target that is not of the host's service the whole target, so
  // that it matches no operation. Views live as long as the request and the form.
  std::string_view operation;
  std::string_view version;  // of kQuery; empty when not sent
};

// What is known about a request besides its head.
struct RouteFacts {
  const Endpoint* host = nullptr;  // of the Host header, else of the VIP that was connected to
  std::string_view scope_service;  // of the credential scope; empty when unsigned
  std::string_view form;           // the body of a POSTed form, as much of it as is there
};

// The order of decision: protocol header, target, action, credential scope, path, host. A host of
// one service is not overruled, except by a target of a service with the same signing name. With
// nothing to go by it is S3.
[[nodiscard]] ServiceRoute route_service(const core::HttpRequest& request, const RouteFacts& facts);

// The raw (still encoded) value of the first parameter of that name in a query string or form.
[[nodiscard]] std::string_view raw_parameter(std::string_view form, std::string_view name);

}  // namespace fogbank::aws
