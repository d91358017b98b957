// Scalars as text: what the query protocols, XML and the bindings of headers and URIs have in
// common.
#pragma once

#include <cstddef>
#include <string_view>

#include "aws/model.h"
#include "aws/slot.h"
#include "core/arena.h"

namespace fogbank::aws {

[[nodiscard]] constexpr bool is_scalar(Kind kind) { return kind <= Kind::kTimestamp; }

// Reads `text` into the slot of a scalar type; false when it has not the type's form. Views of
// `text` are kept.
[[nodiscard]] bool read_scalar(const Type& type, std::string_view text, std::byte* slot,
                               SlotKind kind, core::Arena& arena);

}  // namespace fogbank::aws
