#include "aws/codec.h"

#include <array>

#include "aws/json_codec.h"
#include "aws/query_codec.h"
#include "aws/rest_codec.h"
#include "aws/rest_route.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

constexpr std::array kAllProtocols = {Protocol::kJson10,  Protocol::kJson11,   Protocol::kQuery,
                                      Protocol::kRestXml, Protocol::kRestJson, Protocol::kEc2,
                                      Protocol::kRpcCbor};

bool is_json(Protocol protocol) {
  return protocol == Protocol::kJson10 || protocol == Protocol::kJson11;
}

bool is_query(Protocol protocol) {
  return protocol == Protocol::kQuery || protocol == Protocol::kEc2;
}

// What a service's only or foremost protocol is.
Protocol first_protocol(const ServiceModel& service) {
  for (const Protocol each : kAllProtocols) {
    if (service.speaks(each)) return each;
  }
  return Protocol::kRestJson;
}

// The operation's name behind the dot of X-Amz-Target.
std::string_view target_operation(const core::HttpRequest& request) {
  const std::string_view target = request.header("x-amz-target").value_or("");
  const std::size_t dot = target.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : target.substr(dot + 1);
}

// What S3 calls the thing a path names.
std::string resource_type(const WireInput& input) {
  const std::string_view path = input.path.empty() ? input.request.path : input.path;
  const std::size_t slash = path.find('/', 1);
  if (path.size() <= 1) return "SERVICE";
  return slash == std::string_view::npos || slash + 1 == path.size() ? "BUCKET" : "OBJECT";
}

// Protocols that have tables but no codec yet.
AwsError unspoken(Protocol protocol) {
  return {.code = "NotImplementedException",
          .message = protocol == Protocol::kRpcCbor ? "fogbank does not speak rpc-v2-cbor yet"
                                                    : "fogbank does not speak rest-json yet",
          .status = 501};
}

}  // namespace

Protocol protocol_of(const ServiceModel& service, const core::HttpRequest& request) {
  const std::string_view type = request.header("content-type").value_or("");
  if (type.starts_with("application/x-amz-json-1.1") && service.speaks(Protocol::kJson11)) {
    return Protocol::kJson11;
  }
  const bool speaks_json = service.speaks(Protocol::kJson10) || service.speaks(Protocol::kJson11);
  if (speaks_json &&
      (type.starts_with("application/x-amz-json") || request.header("x-amz-target"))) {
    return service.speaks(Protocol::kJson10) ? Protocol::kJson10 : Protocol::kJson11;
  }
  // Old SDKs send forms, and GET requests with the form in the query part.
  if (service.speaks(Protocol::kQuery)) return Protocol::kQuery;
  if (service.speaks(Protocol::kEc2)) return Protocol::kEc2;
  return first_protocol(service);
}

const OperationModel* find_operation(const ServiceModel& service, Protocol protocol,
                                     const WireInput& input) {
  if (is_json(protocol)) return service.operation(target_operation(input.request));
  if (is_query(protocol)) return service.operation(query_action(input));
  core::Arena arena;
  return match_rest(service, input.request, input.path.empty() ? input.request.path : input.path,
                    arena);
}

AwsError unknown_operation(const ServiceModel& service, Protocol protocol, const WireInput& input) {
  if (is_json(protocol)) return {.code = "UnknownOperationException", .message = ""};
  if (!is_query(protocol)) {
    return {.code = "MethodNotAllowed",
            .message = "The specified method is not allowed against this resource.",
            .status = 405,
            .details = {{"Method", std::string(input.request.method)},
                        {"ResourceType", resource_type(input)}}};
  }
  const std::string action(query_action(input));
  if (action.empty()) {
    return {.code = "MissingAction",
            .message = "The request must contain the parameter Action.",
            .status = 400};
  }
  return {.code = "InvalidAction",
          .message = "Could not find operation " + action + " for version " +
                     std::string(service.text(service.api))};
}

core::Result<void, AwsError> read_input(const ServiceModel& service,
                                        const OperationModel& operation, Protocol protocol,
                                        const WireInput& wire, core::Arena& arena, void* input) {
  if (is_json(protocol)) return read_json_input(service, operation, wire.body, arena, input);
  if (is_query(protocol)) {
    return read_query_input(service, operation, protocol, wire, arena, input);
  }
  if (protocol == Protocol::kRestXml) {
    return read_rest_input(service, operation, wire, arena, input);
  }
  return unspoken(protocol);
}

void write_output(const ServiceModel& service, const OperationModel& operation, Protocol protocol,
                  const void* output, const AnswerIds& ids, core::HttpAnswer& answer) {
  if (is_json(protocol)) {
    write_json_output(service, operation, protocol, output, ids, answer);
  } else if (is_query(protocol)) {
    write_query_output(service, operation, protocol, output, ids, answer);
  } else {
    write_rest_output(service, operation, output, ids, answer);
  }
}

void write_error(const ServiceModel* service, Protocol protocol, const AwsError& error,
                 const AnswerIds& ids, core::HttpAnswer& answer) {
  if (is_json(protocol)) {
    write_json_error(service, protocol, error, ids, answer);
  } else if (is_query(protocol)) {
    write_query_error(service, protocol, error, ids, answer);
  } else if (protocol == Protocol::kRestXml) {
    write_rest_error(service, error, ids, answer);
  } else {
    write_json_error(service, Protocol::kJson11, error, ids, answer);
  }
}

}  // namespace fogbank::aws
