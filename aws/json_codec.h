// The AWS JSON 1.0 and 1.1 protocols around the readers and writers of JSON.
#pragma once

#include "aws/codec.h"

namespace fogbank::aws {

[[nodiscard]] core::Result<void, AwsError> read_json_input(const ServiceModel& service,
                                                           const OperationModel& operation,
                                                           std::string_view body,
                                                           core::Arena& arena, void* input);
void write_json_output(const ServiceModel& service, const OperationModel& operation,
                       Protocol protocol, const void* output, const AnswerIds& ids,
                       core::HttpAnswer& answer);
void write_json_error(const ServiceModel* service, Protocol protocol, const AwsError& error,
                      const AnswerIds& ids, core::HttpAnswer& answer);

}  // namespace fogbank::aws
