#include "aws/xml_input.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <pugixml.hpp>

#include "aws/json_reader.h"
#include "aws/slot.h"
#include "aws/wire_scalar.h"

namespace fogbank::aws {
namespace {

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

class XmlInput final {
 public:
  XmlInput(const ServiceModel& service, core::Arena& arena) : service_(service), arena_(arena) {}

  bool structure(const Type& type, const pugi::xml_node& node, std::byte* at) {
    const std::span<const Field> fields = service_.fields_of(type);
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      if (!read_attribute(fields, attribute, at)) return false;
    }
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_element) continue;
      const Field* field = find_element(fields, local_name(child.name()));
      if (field == nullptr || !member(*field, child, at + field->offset)) return false;
    }
    return true;
  }

 private:
  bool read_attribute(std::span<const Field> fields, const pugi::xml_attribute& attribute,
                      std::byte* at) {
    const std::string_view name = local_name(attribute.name());
    for (const Field& field : fields) {
      if (!field.has(Field::kXmlAttribute) || local_name(service_.text(field.wire)) != name) {
        continue;
      }
      return read_scalar(service_.types[field.type], arena_.copy(attribute.value()),
                         at + field.offset, SlotKind::kMember, arena_);
    }
    return true;  // of XML itself: name spaces, schema locations
  }

  const Field* find_element(std::span<const Field> fields, std::string_view name) const {
    for (const Field& field : fields) {
      if (field.location == Location::kBody && !field.has(Field::kXmlAttribute) &&
          service_.text(field.wire) == name) {
        return &field;
      }
    }
    return nullptr;
  }

  bool member(const Field& field, const pugi::xml_node& node, std::byte* slot) {
    const Type& type = service_.types[field.type];
    if (!field.has(Field::kFlattened)) return value(type, node, slot, SlotKind::kMember);
    // Each element of a flattened list or map stands where the whole would.
    auto all = load<RawList>(slot);
    const bool is_right =
        type.kind == Kind::kMap ? entry(type, node, all) : element(type, node, all);
    store(slot, all);
    return is_right;
  }

  bool value(const Type& type, const pugi::xml_node& node, std::byte* slot, SlotKind kind) {
    if (is_scalar(type.kind)) {
      std::string_view text;
      return read_text(node, text) && read_scalar(type, text, slot, kind, arena_);
    }
    switch (type.kind) {
      case Kind::kStructure:
        return structure(type, node, make_structure(slot, kind, type.bytes, arena_));
      case Kind::kList:
      case Kind::kMap:
        return collection(type, node, slot);
      default:
        return false;
    }
  }

  // The text of an element that may hold nothing else.
  bool read_text(const pugi::xml_node& node, std::string_view& out) {
    std::string joined;
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_pcdata && child.type() != pugi::node_cdata) return false;
      joined += child.value();
    }
    out = arena_.copy(joined);
    return true;
  }

  bool collection(const Type& type, const pugi::xml_node& node, std::byte* slot) {
    RawList all;
    all.make_present(arena_);
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_element) continue;
      if (local_name(child.name()) != service_.text(type.element_name)) return false;
      if (!(type.kind == Kind::kMap ? entry(type, child, all) : element(type, child, all))) {
        return false;
      }
    }
    store(slot, all);
    return true;
  }

  bool element(const Type& type, const pugi::xml_node& node, RawList& all) {
    return value(service_.types[type.element], node, all.append(arena_, type.bytes),
                 SlotKind::kElement);
  }

  bool entry(const Type& type, const pugi::xml_node& node, RawList& all) {
    std::byte* at = all.append(arena_, type.bytes);
    bool has_key = false;
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_element) continue;
      const std::string_view name = local_name(child.name());
      if (name == service_.text(type.key_name)) {
        std::string_view key;
        if (!read_text(child, key)) return false;
        store(at, Text(key));
        has_key = true;
      } else if (name != service_.text(type.value_name) ||
                 !value(service_.types[type.element], child, at + type.value_offset,
                        SlotKind::kElement)) {
        return false;
      }
    }
    return has_key;
  }

  const ServiceModel& service_;
  core::Arena& arena_;
};

// The number of "#x1F;" or "#31;", which must be a code point.
bool is_character_reference(std::string_view rest) {
  const std::string_view number = rest.substr(1, rest.find(';') - 1);
  if (rest.size() == number.size() + 1) return false;  // no ';'
  const bool is_hex = number.starts_with('x');
  const std::string_view digits = number.substr(is_hex ? 1 : 0);
  uint32_t code = 0;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
  if (failure != std::errc{} || end != digits.data() + digits.size()) return false;
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

bool is_known_reference(std::string_view rest) {
  constexpr std::array<std::string_view, 5> kKnown = {"lt;", "gt;", "amp;", "quot;", "apos;"};
  if (rest.starts_with('#')) return is_character_reference(rest);
  return std::any_of(kKnown.begin(), kKnown.end(),
                     [&](std::string_view each) { return rest.starts_with(each); });
}

// The parser skips document types and leaves references it does not know as they are. XML without
// a document type has only five references by name.
bool is_plain(std::string_view body) {
  for (std::size_t at = 0; at < body.size(); ++at) {
    if (body[at] != '&' && body[at] != '<') continue;
    const std::string_view rest = body.substr(at + 1);
    if (body[at] == '&') {
      if (!is_known_reference(rest)) return false;
    } else if (rest.starts_with("!DOCTYPE")) {
      return false;
    } else if (rest.starts_with("![CDATA[") || rest.starts_with("!--")) {
      at = body.find(rest[1] == '[' ? "]]>" : "-->", at);
      if (at == std::string_view::npos) return false;
    }
  }
  return true;
}

}  // namespace

bool read_xml(const ServiceModel& service, uint16_t type_index, std::string_view root,
              std::string_view body, core::Arena& arena, std::byte* to) {
  if (!is_utf8(body) || body.find('\0') != std::string_view::npos) return false;
  if (!is_plain(body)) return false;
  pugi::xml_document document;
  const unsigned options = pugi::parse_default | pugi::parse_ws_pcdata_single;
  if (!document.load_buffer(body.data(), body.size(), options, pugi::encoding_utf8)) return false;
  const pugi::xml_node top = document.document_element();
  if (top.next_sibling() || local_name(top.name()) != root) return false;
  return XmlInput(service, arena).structure(service.types[type_index], top, to);
}

}  // namespace fogbank::aws
