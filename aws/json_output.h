// Writes generated structs as JSON (AWS JSON 1.0 and 1.1).
#pragma once

#include <cstddef>
#include <string>

#include "aws/model.h"

namespace fogbank::aws {

// The struct of type `type_index` at `from` as one object; absent members are left out.
void append_json(const ServiceModel& service, uint16_t type_index, const std::byte* from,
                 std::string& out);

}  // namespace fogbank::aws
