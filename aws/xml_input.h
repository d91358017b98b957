// Reads XML bodies into generated structs (rest-xml).
#pragma once

#include <cstddef>
#include <string_view>

#include "aws/model.h"
#include "core/arena.h"

namespace fogbank::aws {

// Fills the struct of type `type_index` at `to` from a document whose root is `root`, in any name
// space. False for what is not well-formed, has a document type or an entity of its own, or does
// not fit the model: unknown elements are refused as AWS's schemas do.
[[nodiscard]] bool read_xml(const ServiceModel& service, uint16_t type_index, std::string_view root,
                            std::string_view body, core::Arena& arena, std::byte* to);

}  // namespace fogbank::aws
