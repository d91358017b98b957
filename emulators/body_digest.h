// What a client declares of a body that is not streamed: Content-MD5 and x-amz-checksum-*, for the
// operations whose model has the httpChecksum trait.
#pragma once

#include <optional>
#include <string_view>

#include "aws/error.h"
#include "aws/model.h"
#include "core/http.h"

namespace fogbank::emulators {

// InvalidRequest of a digest that the operation requires and nobody declared, InvalidDigest and
// BadDigest. Nothing: what was declared holds.
[[nodiscard]] std::optional<aws::AwsError> check_body_digest(const aws::OperationModel& operation,
                                                             const core::HttpRequest& request,
                                                             std::string_view body);

}  // namespace fogbank::emulators
