#include "emulators/dynamodb/values.h"

#include <algorithm>
#include <vector>

#include "core/text.h"
#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/limits.h"
#include "emulators/dynamodb/numbers.h"

namespace fogbank::emulators::dynamodb {
namespace {

std::string invalid(std::string_view detail) {
  return "One or more parameter values were invalid: " + std::string(detail);
}

int compare_bytes(std::string_view a, std::string_view b) {
  const int order = a.compare(b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

// Both texts are canonical numbers.
int compare_numbers(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  const auto left = Number::parse(a);
  const auto right = Number::parse(b);
  if (!left || !right) return compare_bytes(a, b);
  const auto order = *left <=> *right;
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

// What the first pass finds: a message of refusal, and whether anything must be rewritten.
struct Inspection {
  std::string refusal;
  bool is_canonical = true;
};

void inspect(AttributeValue value, int nesting, Inspection& found);

void inspect_number(std::string_view text, Inspection& found) {
  const auto number = Number::parse(text);
  if (!number) {
    found.refusal = number_error_message(number.error(), text);
    return;
  }
  std::string canonical;  // most numbers fit the string's own buffer
  number->append_text(canonical);
  if (canonical != text) found.is_canonical = false;
}

std::string empty_set_message(AttributeKind kind) {
  // AWS writes two spaces.
  if (kind == AttributeKind::kStringSet) return invalid("An string set  may not be empty");
  if (kind == AttributeKind::kNumberSet) return invalid("An number set  may not be empty");
  return invalid("Binary sets should not be empty");
}

bool is_before(AttributeKind kind, std::string_view a, std::string_view b) {
  return kind == AttributeKind::kNumberSet ? compare_numbers(a, b) < 0 : a < b;
}

// The elements in order; numbers are made canonical first.
std::vector<std::string> sorted_elements(AttributeValue set) {
  std::vector<std::string> texts;
  texts.reserve(set.count());
  for (auto each = set.elements(); each.next();) {
    const std::string_view text = each.value().text();
    if (set.is(AttributeKind::kNumberSet)) {
      const auto number = Number::parse(text);
      texts.push_back(number ? number->text() : std::string(text));
    } else {
      texts.emplace_back(text);
    }
  }
  const AttributeKind kind = set.kind();
  std::sort(texts.begin(), texts.end(),
            [kind](const std::string& a, const std::string& b) { return is_before(kind, a, b); });
  return texts;
}

std::string duplicates_message(AttributeValue set) {
  if (set.is(AttributeKind::kNumberSet)) return "Input collection contains duplicates";
  std::string members;
  for (auto each = set.elements(); each.next();) {
    if (!members.empty()) members += ", ";
    const auto text = each.value().text();
    members += set.is(AttributeKind::kBinarySet) ? core::to_base64(text) : std::string(text);
  }
  return invalid("Input collection [" + members + "]" +
                 (set.is(AttributeKind::kBinarySet) ? "of type BS" : "") + " contains duplicates.");
}

void inspect_set(AttributeValue set, Inspection& found) {
  if (set.count() == 0) {
    found.refusal = empty_set_message(set.kind());
    return;
  }
  std::string_view previous;
  bool is_first = true;
  bool is_ascending = true;
  for (auto each = set.elements(); each.next(); is_first = false) {
    const std::string_view text = each.value().text();
    if (set.is(AttributeKind::kNumberSet)) inspect_number(text, found);
    if (!found.refusal.empty()) return;
    if (!is_first && !is_before(set.kind(), previous, text)) is_ascending = false;
    previous = text;
  }
  if (is_ascending) return;
  found.is_canonical = false;
  const auto texts = sorted_elements(set);
  if (std::adjacent_find(texts.begin(), texts.end()) != texts.end()) {
    found.refusal = duplicates_message(set);
  }
}

void inspect_document(AttributeValue document, int nesting, Inspection& found) {
  if (nesting >= kValueNestingMax) {
    found.refusal = "Nesting Levels have exceeded supported limits";
    return;
  }
  for (auto each = document.elements(); each.next();) {
    inspect(each.value(), nesting + 1, found);
    if (!found.refusal.empty()) return;
  }
}

void inspect(AttributeValue value, int nesting, Inspection& found) {
  switch (value.kind()) {
    case AttributeKind::kNone:
      found.refusal =
          "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
      return;
    case AttributeKind::kNumber:
      return inspect_number(value.text(), found);
    case AttributeKind::kStringSet:
    case AttributeKind::kNumberSet:
    case AttributeKind::kBinarySet:
      return inspect_set(value, found);
    case AttributeKind::kList:
    case AttributeKind::kMap:
      return inspect_document(value, nesting, found);
    case AttributeKind::kString:
    case AttributeKind::kBinary:
    case AttributeKind::kBoolean:
    case AttributeKind::kNull:
      return;
  }
}

void rewrite(AttributeValue value, aws::AttributeWriter& out) {
  const AttributeKind kind = value.kind();
  if (kind == AttributeKind::kNumber) {
    const auto number = Number::parse(value.text());
    out.number(number ? number->text() : std::string(value.text()));
  } else if (is_set(kind)) {
    const auto texts = sorted_elements(value);
    const auto begun = out.begin(kind);
    for (const auto& text : texts) out.scalar(element_kind(kind), text);
    out.end(begun, static_cast<uint32_t>(texts.size()));
  } else if (kind == AttributeKind::kList || kind == AttributeKind::kMap) {
    const auto begun = out.begin(kind);
    for (auto each = value.elements(); each.next();) {
      if (kind == AttributeKind::kMap) out.name(each.name());
      rewrite(each.value(), out);
    }
    out.end(begun, value.count());
  } else {
    out.value(value);
  }
}

AttributeValue kept(const std::string& encoded, core::Arena& arena) {
  return AttributeValue::view(arena.copy(encoded));
}

core::Result<AttributeValue, std::string> canonical(AttributeValue value, const Inspection& found,
                                                    core::Arena& arena) {
  if (!found.refusal.empty()) return found.refusal;
  if (found.is_canonical) return value;
  std::string encoded;
  aws::AttributeWriter writer(encoded);
  rewrite(value, writer);
  return kept(encoded, arena);
}

bool maps_equal(AttributeValue a, AttributeValue b) {
  auto in_b = b.elements();
  for (auto each = a.elements(); each.next();) {
    // Mostly both are in one order, and then no search is needed.
    const bool is_aligned = in_b.next() && in_b.name() == each.name();
    const AttributeValue other = is_aligned ? in_b.value() : b.find(each.name());
    if (!other || !equals(each.value(), other)) return false;
  }
  return true;
}

}  // namespace

core::Result<AttributeValue, std::string> normalise(AttributeValue value, core::Arena& arena) {
  Inspection found;
  inspect(value, 0, found);
  return canonical(value, found, arena);
}

core::Result<AttributeValue, aws::AwsError> normalise_item(AttributeValue item,
                                                           core::Arena& arena) {
  Inspection found;
  inspect_document(item, -1, found);
  for (auto each = item.elements(); each.next() && found.refusal.empty();) {
    if (each.name().empty()) found.refusal = invalid("Empty attribute name");
    if (each.name().size() > kAttributeNameBytesMax) {
      found.refusal = "Attribute name is too large, must be less than 65536 bytes";
    }
  }
  auto out = canonical(item, found, arena);
  if (!out) return validation(out.error());
  return *out;
}

AttributeValue encode_item(const Attributes& attributes, core::Arena& arena) {
  std::string encoded;
  std::size_t bytes = 16;
  for (const auto& [name, value] : attributes) bytes += 4 + name.size() + value.bytes;
  encoded.reserve(bytes);
  aws::AttributeWriter writer(encoded);
  const auto begun = writer.begin(AttributeKind::kMap);
  for (const auto& [name, value] : attributes) {
    writer.name(name);
    writer.value(value);
  }
  writer.end(begun, static_cast<uint32_t>(attributes.size()));
  return kept(encoded, arena);
}

AttributeValue make_scalar(AttributeKind kind, std::string_view text, core::Arena& arena) {
  std::string encoded;
  aws::AttributeWriter(encoded).scalar(kind, text);
  return kept(encoded, arena);
}

AttributeValue make_number(std::string_view text, core::Arena& arena) {
  return make_scalar(AttributeKind::kNumber, text, arena);
}

bool is_set(AttributeKind kind) {
  return kind == AttributeKind::kStringSet || kind == AttributeKind::kNumberSet ||
         kind == AttributeKind::kBinarySet;
}

bool is_key_kind(AttributeKind kind) {
  return kind == AttributeKind::kString || kind == AttributeKind::kNumber ||
         kind == AttributeKind::kBinary;
}

AttributeKind element_kind(AttributeKind set) {
  if (set == AttributeKind::kStringSet) return AttributeKind::kString;
  if (set == AttributeKind::kNumberSet) return AttributeKind::kNumber;
  return AttributeKind::kBinary;
}

bool equals(AttributeValue a, AttributeValue b) {
  const AttributeKind kind = a.kind();
  if (kind == AttributeKind::kNone || kind != b.kind()) return false;
  if (kind == AttributeKind::kMap) return a.count() == b.count() && maps_equal(a, b);
  if (kind != AttributeKind::kList) {
    return std::equal(a.encoded().begin(), a.encoded().end(), b.encoded().begin(),
                      b.encoded().end());
  }
  if (a.count() != b.count()) return false;
  auto in_b = b.elements();
  for (auto each = a.elements(); each.next();) {
    if (!in_b.next() || !equals(each.value(), in_b.value())) return false;
  }
  return true;
}

std::optional<int> compare(AttributeValue a, AttributeValue b) {
  const AttributeKind kind = a.kind();
  if (kind != b.kind() || !is_key_kind(kind)) return std::nullopt;
  if (kind == AttributeKind::kNumber) return compare_numbers(a.text(), b.text());
  return compare_bytes(a.text(), b.text());
}

std::string shown(AttributeValue value) {
  std::string text(value.text());
  if (value.is(AttributeKind::kBoolean)) text = value.boolean() ? "true" : "false";
  return "{" + std::string(aws::wire_name(value.kind())) + ":" + text + "}";
}

}  // namespace fogbank::emulators::dynamodb
