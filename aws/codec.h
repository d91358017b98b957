// From HTTP messages to typed inputs and from typed outputs to HTTP messages, for every operation
// of every service, driven by the tables of aws/model.h. Pure functions: no I/O, no state; any
// thread.
//
// Typed values are the structs that modelc generates. What is read lives in the given arena, in
// the request's buffer or in the body, so all three live as long as the input does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/model.h"
#include "core/arena.h"
#include "core/http.h"
#include "core/result.h"

namespace fogbank::aws {

struct WireInput {
  const core::HttpRequest& request;
  std::string_view body;  // complete, content coding removed; empty when it is streamed
  // rest protocols: the path as the model's templates have it, "/{Bucket}/{Key+}", still
  // percent-encoded, whatever style of address the client used. Empty: the request's own.
  std::string_view path = {};
};

// Ids that answers carry.
struct AnswerIds {
  std::string_view request_id;
  std::string_view host_id = {};  // S3's x-amz-id-2
};

// The protocol a request speaks, by its headers; one of those that the service speaks.
[[nodiscard]] Protocol protocol_of(const ServiceModel& service, const core::HttpRequest& request);

// The operation a request names (X-Amz-Target, Action, or method, path and query). Null if the
// service has none like it: answer unknown_operation().
[[nodiscard]] const OperationModel* find_operation(const ServiceModel& service, Protocol protocol,
                                                   const WireInput& input);
[[nodiscard]] AwsError unknown_operation(const ServiceModel& service, Protocol protocol,
                                         const WireInput& input);

// Fills `input`, a zeroed struct of the operation's input type. Errors are AWS's own for what
// cannot be read: SerializationException (json), MalformedInput (query), MalformedXML (rest-xml).
[[nodiscard]] core::Result<void, AwsError> read_input(const ServiceModel& service,
                                                      const OperationModel& operation,
                                                      Protocol protocol, const WireInput& wire,
                                                      core::Arena& arena, void* input);

// Checks the model's constraints, where the service enforces them (ServiceModel::validation).
[[nodiscard]] core::Result<void, AwsError> validate(const ServiceModel& service,
                                                    const OperationModel& operation,
                                                    const void* input);

// Status, headers and body of a success. A streamed member is left to the caller: the body stays
// empty. `output` is a struct of the operation's output type.
void write_output(const ServiceModel& service, const OperationModel& operation, Protocol protocol,
                  const void* output, const AnswerIds& ids, core::HttpAnswer& answer);

// An error in the envelope of the protocol. The service is null when none was recognised.
// `error.code` is a shape name or a code of the wire; the tables translate it for the protocol.
// The error's own status is kept.
void write_error(const ServiceModel* service, Protocol protocol, const AwsError& error,
                 const AnswerIds& ids, core::HttpAnswer& answer);

// Containers within containers that any body may hold.
inline constexpr int kBodyNestingMax = 128;

}  // namespace fogbank::aws
