#include "aws/json_codec.h"

#include <algorithm>
#include <array>

#include "aws/checksum.h"
#include "aws/json_input.h"
#include "aws/json_output.h"
#include "aws/json_writer.h"

namespace fogbank::aws {
namespace {

std::string_view content_type(Protocol protocol) {
  return protocol == Protocol::kJson11 ? "application/x-amz-json-1.1"
                                       : "application/x-amz-json-1.0";
}

// Errors of AWS's framework carry its name space, whatever the service.
std::string_view framework_prefix(std::string_view code) {
  constexpr std::array<std::string_view, 14> kCodes = {
      "AccessDeniedException",          "ExpiredTokenException",
      "IncompleteSignatureException",   "InternalFailure",
      "InvalidSignatureException",      "MissingAuthenticationTokenException",
      "NotImplementedException",        "OptInRequired",
      "RequestEntityTooLargeException", "SerializationException",
      "ServiceUnavailableException",    "ThrottlingException",
      "UnknownOperationException",      "UnrecognizedClientException"};
  if (code == "ValidationException") return "com.amazon.coral.validate";
  const bool is_known = std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
  return is_known ? "com.amazon.coral.service" : std::string_view{};
}

// AWS writes "Message" in the few errors of its framework that say why a request was not read.
std::string_view message_key(const ServiceModel* service, const AwsError& error, bool is_modelled) {
  if (!is_modelled &&
      (error.code == "SerializationException" || error.code == "AccessDeniedException")) {
    return "Message";
  }
  return service != nullptr ? service->text(service->message_key) : "message";
}

void finish(const ServiceModel* service, Protocol protocol, const AnswerIds& ids,
            core::HttpAnswer& answer) {
  answer.headers.add("x-amzn-RequestId", ids.request_id);
  answer.headers.add("Content-Type", content_type(protocol));
  if (service == nullptr || (service->flags & ServiceModel::kCrc32) == 0) return;
  const std::string digest = hash(HashKind::kCrc32, answer.body);
  uint32_t crc = 0;
  for (const char c : digest) crc = crc << 8 | static_cast<unsigned char>(c);
  std::string decimal;
  append_number(crc, decimal);
  answer.headers.add("x-amz-crc32", decimal);
}

// The name of the shape for a code that a handler may have given as the query protocol's.
const ErrorModel* modelled_error(const ServiceModel* service, std::string_view code) {
  if (service == nullptr) return nullptr;
  if (const ErrorModel* by_shape = service->error(code)) return by_shape;
  for (const ErrorModel& each : service->errors) {
    if (service->text(each.code) == code) return &each;
  }
  return nullptr;
}

}  // namespace

core::Result<void, AwsError> read_json_input(const ServiceModel& service,
                                             const OperationModel& operation, std::string_view body,
                                             core::Arena& arena, void* input) {
  if (operation.input == kNoType) return {};
  JsonFaults faults;
  read_json(service, operation.input, body, arena, static_cast<std::byte*>(input), faults);
  if (faults.of_form()) return *faults.of_form();
  if (!faults.of_meaning()) return {};
  // What the model forbids is reported before what the value means.
  if (auto valid = validate(service, operation, input); !valid) return valid;
  return *faults.of_meaning();
}

void write_json_output(const ServiceModel& service, const OperationModel& operation,
                       Protocol protocol, const void* output, const AnswerIds& ids,
                       core::HttpAnswer& answer) {
  answer.status = operation.status;
  answer.body.clear();
  if (operation.output == kNoType) {
    // SQS answers such operations without a body, the framework of others with an empty object.
    if ((service.flags & ServiceModel::kQueryCompatible) == 0) answer.body = "{}";
  } else {
    append_json(service, operation.output, static_cast<const std::byte*>(output), answer.body);
  }
  finish(&service, protocol, ids, answer);
}

void write_json_error(const ServiceModel* service, Protocol protocol, const AwsError& error,
                      const AnswerIds& ids, core::HttpAnswer& answer) {
  const ErrorModel* modelled = modelled_error(service, error.code);
  const std::string_view code = modelled != nullptr ? service->text(modelled->shape) : error.code;
  std::string_view prefix = framework_prefix(code);
  if (service != nullptr && (modelled != nullptr || prefix.empty())) {
    prefix = service->text(service->error_prefix);
  }
  answer.status = error.status;
  answer.body = "{\"__type\":\"";
  if (!prefix.empty()) {
    answer.body += prefix;
    answer.body += '#';
  }
  answer.body += code;
  answer.body += '"';
  const auto member = [&](std::string_view key, std::string_view text) {
    answer.body += ',';
    append_json_string(key, answer.body);
    answer.body += ':';
    append_json_string(text, answer.body);
  };
  if (!error.message.empty()) {
    member(message_key(service, error, modelled != nullptr), error.message);
  }
  for (const auto& [key, text] : error.details) member(key, text);
  if (!error.json_members.empty()) {
    answer.body += ',';
    answer.body += error.json_members;
  }
  answer.body += '}';
  if (service != nullptr && (service->flags & ServiceModel::kQueryCompatible) != 0) {
    const std::string query_code =
        std::string(modelled != nullptr ? service->text(modelled->code) : code) +
        (error.status >= 500 ? ";Receiver" : ";Sender");
    answer.headers.add("x-amzn-query-error", query_code);
  }
  finish(service, protocol, ids, answer);
}

}  // namespace fogbank::aws
