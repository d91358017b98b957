// Reads the wire's JSON of DynamoDB values straight into their flat form.
#pragma once

#include <string>

#include "aws/json_input.h"
#include "aws/json_reader.h"

namespace fogbank::aws {

// One value, {"S":"text"}, appended to `out`. False on a fault of form.
[[nodiscard]] bool read_attribute_json(JsonReader& reader, std::string& out, JsonFaults& faults);
// An item, {"name":{"S":"text"},...}, appended as one value of kind M.
[[nodiscard]] bool read_item_json(JsonReader& reader, std::string& out, JsonFaults& faults);

}  // namespace fogbank::aws
