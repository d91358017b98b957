// Attribute values as DynamoDB judges them: which are legal, when two are equal, how they order.
//
// normalise() is the gate: behind it every number is in canonical text and every set is sorted, so
// equality of scalars and sets is equality of bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/dynamodb_value.h"
#include "aws/error.h"
#include "aws/shape.h"
#include "core/arena.h"
#include "core/result.h"

namespace fogbank::emulators::dynamodb {

using aws::AttributeKind;
using aws::AttributeValue;
using Attributes = aws::Map<AttributeValue>;

// The value in canonical form: itself where it is, otherwise a copy on the arena. The error is
// AWS's message alone.
core::Result<AttributeValue, std::string> normalise(AttributeValue value, core::Arena& arena);
// The same for an item or a key, a kMap value that is no level of nesting itself.
core::Result<AttributeValue, aws::AwsError> normalise_item(AttributeValue item, core::Arena& arena);

// The attributes as one encoded map on the arena.
AttributeValue encode_item(const Attributes& attributes, core::Arena& arena);

// A scalar on the arena.
AttributeValue make_number(std::string_view text, core::Arena& arena);
AttributeValue make_scalar(AttributeKind kind, std::string_view text, core::Arena& arena);

[[nodiscard]] bool is_set(AttributeKind kind);
[[nodiscard]] bool is_key_kind(AttributeKind kind);  // S, N or B
// The kind that elements of a set have.
[[nodiscard]] AttributeKind element_kind(AttributeKind set);

// Both normalised. Maps are equal whatever the order of their names.
[[nodiscard]] bool equals(AttributeValue a, AttributeValue b);
// Negative, zero, positive; nothing unless both are S, both N or both B.
[[nodiscard]] std::optional<int> compare(AttributeValue a, AttributeValue b);

// "{S:text}" as error messages show a value.
std::string shown(AttributeValue value);

}  // namespace fogbank::emulators::dynamodb
