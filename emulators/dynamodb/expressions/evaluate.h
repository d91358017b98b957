// Conditions and projections over stored items. All values are normalised (values.h), trees are
// checked (parser.h).
#pragma once

#include "core/arena.h"
#include "emulators/dynamodb/expressions/tree.h"
#include "emulators/dynamodb/values.h"

namespace fogbank::emulators::dynamodb {

// The element at `path`; absent if any step leads nowhere. `item` is a map, or absent.
[[nodiscard]] AttributeValue resolve(AttributeValue item, const Path& path);

// Whether the condition holds for the item; an absent item has no attributes.
[[nodiscard]] bool holds(const Node& condition, AttributeValue item, core::Arena& arena);

// What the paths select. Nested paths keep the structure around what they select; elements taken
// from a list close up. A map, empty if they select nothing.
AttributeValue project(const aws::List<Path>& paths, AttributeValue item, core::Arena& arena);

}  // namespace fogbank::emulators::dynamodb
