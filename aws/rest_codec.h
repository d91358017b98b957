// The rest-xml protocol: where members travel in an HTTP message (path, query, headers, status,
// body), and XML bodies.
#pragma once

#include "aws/codec.h"

namespace fogbank::aws {

[[nodiscard]] core::Result<void, AwsError> read_rest_input(const ServiceModel& service,
                                                           const OperationModel& operation,
                                                           const WireInput& wire,
                                                           core::Arena& arena, void* input);
void write_rest_output(const ServiceModel& service, const OperationModel& operation,
                       const void* output, const AnswerIds& ids, core::HttpAnswer& answer);
void write_rest_error(const ServiceModel* service, const AwsError& error, const AnswerIds& ids,
                      core::HttpAnswer& answer);

}  // namespace fogbank::aws
