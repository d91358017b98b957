// The query and ec2 protocols.
#pragma once

#include "aws/codec.h"

namespace fogbank::aws {

[[nodiscard]] core::Result<void, AwsError> read_query_input(const ServiceModel& service,
                                                            const OperationModel& operation,
                                                            Protocol protocol,
                                                            const WireInput& wire,
                                                            core::Arena& arena, void* input);
void write_query_output(const ServiceModel& service, const OperationModel& operation,
                        Protocol protocol, const void* output, const AnswerIds& ids,
                        core::HttpAnswer& answer);
void write_query_error(const ServiceModel* service, Protocol protocol, const AwsError& error,
                       const AnswerIds& ids, core::HttpAnswer& answer);
// The value of `Action`; empty if there is none.
[[nodiscard]] std::string_view query_action(const WireInput& wire);

}  // namespace fogbank::aws
