// Typed values as JSON that has the model's own member names and one form for each type, so that a
// test in another language can compare them: blobs in base64, timestamps in milliseconds, streams
// as true, DynamoDB values as on the wire.
#pragma once

#include <string>
#include <string_view>

#include "aws/model.h"
#include "core/arena.h"

namespace fogbank::oracle {

void append_canonical(const aws::ServiceModel& service, uint16_t type_index, const std::byte* from,
                      std::string& out);
// False when the text does not fit the type.
[[nodiscard]] bool read_canonical(const aws::ServiceModel& service, uint16_t type_index,
                                  std::string_view text, core::Arena& arena, std::byte* to);

}  // namespace fogbank::oracle
