#include "aws/xml_output.h"

#include "aws/base64.h"
#include "aws/json_writer.h"
#include "aws/slot.h"
#include "aws/timestamp.h"

namespace fogbank::aws {
namespace {

class XmlOutput final {
 public:
  XmlOutput(const ServiceModel& service, Protocol protocol, std::string& out)
      : service_(service), protocol_(protocol), out_(out) {}

  void members(const Type& type, const std::byte* at) {
    for (const Field& field : service_.fields_of(type)) {
      const Type& member = service_.types[field.type];
      const std::byte* slot = at + field.offset;
      if (!is_in_answer_body(field) || field.has(Field::kXmlAttribute)) continue;
      if (!is_present(member, slot)) continue;
      const bool is_flat = field.has(Field::kFlattened) || protocol_ == Protocol::kEc2;
      if (member.kind == Kind::kList && field.has(Field::kFlattened)) {
        elements(member, load<RawList>(slot), name_of(field));
      } else if (member.kind == Kind::kMap && is_flat) {
        entries(member, load<RawList>(slot), name_of(field));
      } else {
        open(name_of(field), field, member, slot);
        content(member, format_of(field, member), slot, SlotKind::kMember);
        close(name_of(field));
      }
    }
  }

  void attributes(const Type& type, const std::byte* at) {
    for (const Field& field : service_.fields_of(type)) {
      const Type& member = service_.types[field.type];
      if (!field.has(Field::kXmlAttribute) || !is_present(member, at + field.offset)) continue;
      out_ += ' ';
      out_ += service_.text(field.wire);
      out_ += "=\"";
      const std::size_t start = out_.size();
      content(member, format_of(field, member), at + field.offset, SlotKind::kMember);
      escape_line_ends(start);
      out_ += '"';
    }
  }

 private:
  std::string_view name_of(const Field& field) const {
    return service_.text(protocol_ == Protocol::kQuery ? field.query : field.wire);
  }

  static TimestampFormat format_of(const Field& field, const Type& type) {
    return field.timestamp != TimestampFormat::kDefault ? field.timestamp : type.timestamp;
  }

  void open(std::string_view name) {
    out_ += '<';
    out_ += name;
    out_ += '>';
  }

  // With the name space that its attributes need, and the attributes.
  void open(std::string_view name, const Field& field, const Type& type, const std::byte* slot) {
    out_ += '<';
    out_ += name;
    if (field.xml_prefix.bytes > 0) {
      out_ += " xmlns:";
      out_ += service_.text(field.xml_prefix);
      out_ += "=\"";
      append_xml_text(service_.text(field.xml_namespace), out_);
      out_ += '"';
    }
    if (type.kind == Kind::kStructure) attributes(type, load_structure(slot, SlotKind::kMember));
    out_ += '>';
  }

  // Readers make spaces of bare line ends and tabs in attributes (XML 1.0 section 3.3.3).
  void escape_line_ends(std::size_t start) {
    for (std::size_t at = out_.find_first_of("\n\t", start); at != std::string::npos;
         at = out_.find_first_of("\n\t", at + 1)) {
      out_.replace(at, 1, out_[at] == '\n' ? "&#xA;" : "&#x9;");
    }
  }

  void close(std::string_view name) {
    out_ += "</";
    out_ += name;
    out_ += '>';
  }

  void content(const Type& type, TimestampFormat own, const std::byte* slot, SlotKind kind) {
    switch (type.kind) {
      case Kind::kBoolean:
        out_ += *load_scalar<bool>(slot, kind) ? "true" : "false";
        return;
      case Kind::kInteger:
        return append_number(*load_scalar<int32_t>(slot, kind), out_);
      case Kind::kLong:
        return append_number(*load_scalar<int64_t>(slot, kind), out_);
      case Kind::kFloat:
      case Kind::kDouble:
        return append_floating(*load_scalar<double>(slot, kind), out_);
      case Kind::kString:
      case Kind::kDocument:
        return append_xml_text(load<Text>(slot), out_);
      case Kind::kBlob:
        return append_base64(load<Text>(slot), out_);
      case Kind::kTimestamp:
        return timestamp(*load_scalar<Timestamp>(slot, kind), own);
      case Kind::kStructure:
        return members(type, load_structure(slot, kind));
      case Kind::kList:
        return elements(type, load<RawList>(slot), element_name(type));
      case Kind::kMap:
        return entries(type, load<RawList>(slot), service_.text(type.element_name));
      case Kind::kStream:
      case Kind::kEventStream:
      case Kind::kCustom:
        return;
    }
  }

  std::string_view element_name(const Type& list) const {
    const std::string_view name = service_.text(list.element_name);
    return protocol_ == Protocol::kEc2 && name == "member" ? "item" : name;
  }

  void timestamp(Timestamp moment, TimestampFormat own) {
    switch (timestamp_format(own, protocol_, Location::kBody)) {
      case TimestampFormat::kEpochSeconds:
        return append_epoch_seconds(moment, out_);
      case TimestampFormat::kHttpDate:
        return append_http_date(moment, out_);
      case TimestampFormat::kIso8601:
      case TimestampFormat::kDefault:
        break;
    }
    // S3 and its kin always write milliseconds.
    const bool is_rest = protocol_ == Protocol::kRestXml || protocol_ == Protocol::kEc2;
    append_iso8601(moment, is_rest ? Fraction::kAlways : Fraction::kWhenNotZero, out_);
  }

  void elements(const Type& type, const RawList& all, std::string_view name) {
    const Type& element = service_.types[type.element];
    for (uint32_t i = 0; i < all.count; ++i) {
      open(name);
      content(element, element.timestamp, all.at + std::size_t{i} * type.bytes, SlotKind::kElement);
      close(name);
    }
  }

  void entries(const Type& type, const RawList& all, std::string_view name) {
    const Type& element = service_.types[type.element];
    for (uint32_t i = 0; i < all.count; ++i) {
      const std::byte* entry = all.at + std::size_t{i} * type.bytes;
      open(name);
      append_xml_element(service_.text(type.key_name), load<Text>(entry), out_);
      open(service_.text(type.value_name));
      content(element, element.timestamp, entry + type.value_offset, SlotKind::kElement);
      close(service_.text(type.value_name));
      close(name);
    }
  }

  const ServiceModel& service_;
  Protocol protocol_;
  std::string& out_;
};

}  // namespace

void append_xml_text(std::string_view text, std::string& out) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '&' && c != '<' && c != '>' && c != '"') continue;
    if (c == '\n' || c == '\t') continue;
    out += text.substr(copied, i - copied);
    copied = i + 1;
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // XML 1.0 has no way to write most of these; S3 writes them so nevertheless.
        out += "&#x";
        if (c >= 16) out += kHex[c >> 4];
        out += kHex[c & 15];
        out += ';';
    }
  }
  out += text.substr(copied);
}

void append_xml_element(std::string_view name, std::string_view text, std::string& out) {
  out += '<';
  out += name;
  out += '>';
  append_xml_text(text, out);
  out += "</";
  out += name;
  out += '>';
}

void append_xml_members(const ServiceModel& service, Protocol protocol, uint16_t type_index,
                        const std::byte* from, std::string& out) {
  XmlOutput(service, protocol, out).members(service.types[type_index], from);
}

void append_xml_attributes(const ServiceModel& service, Protocol protocol, uint16_t type_index,
                           const std::byte* from, std::string& out) {
  XmlOutput(service, protocol, out).attributes(service.types[type_index], from);
}

}  // namespace fogbank::aws
