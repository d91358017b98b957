#include <algorithm>

#include "aws/json_writer.h"
#include "aws/rest_codec.h"
#include "aws/slot.h"
#include "aws/timestamp.h"
#include "aws/xml_output.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

// A header's value ends where its line does; what a client stored must not begin another.
std::string header_safe(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  return out;
}

class RestOutput final {
 public:
  RestOutput(const ServiceModel& service, const OperationModel& operation, core::HttpAnswer& answer)
      : service_(service), operation_(operation), answer_(answer) {}

  void write(const std::byte* from) {
    const Type& type = service_.types[operation_.output];
    bool has_body_members = false;
    std::size_t index = 0;
    for (const Field& field : service_.fields_of(type)) {
      const bool is_payload = index++ == type.payload;
      const std::byte* slot = from + field.offset;
      has_body_members = has_body_members || (is_in_answer_body(field) && !is_payload);
      if (!is_present(service_.types[field.type], slot)) continue;
      if (is_payload) {
        payload(field, slot);
      } else {
        bound(field, slot);
      }
    }
    if (type.payload == kNoIndex && has_body_members) members(type, from);
  }

 private:
  // The element around the members of the struct at `from`.
  void open_root(std::string_view name, uint16_t type_index, const std::byte* from) {
    answer_.headers.add("Content-Type", "application/xml");
    answer_.body = kDeclaration;
    answer_.body.append("<").append(name);
    const std::string_view name_space = service_.text(service_.xml_namespace);
    if (!name_space.empty()) answer_.body.append(" xmlns=\"").append(name_space).append("\"");
    append_xml_attributes(service_, Protocol::kRestXml, type_index, from, answer_.body);
    answer_.body += '>';
  }

  void close_root(std::string_view name) { answer_.body.append("</").append(name).append(">"); }

  void members(const Type& type, const std::byte* from) {
    const std::string_view root = service_.text(operation_.output_name);
    open_root(root, operation_.output, from);
    if (operation_.has(OperationModel::kBareOutput)) {
      const Field& only = service_.fields_of(type).front();
      append_xml_text(load<Text>(from + only.offset), answer_.body);
    } else {
      append_xml_members(service_, Protocol::kRestXml, operation_.output, from, answer_.body);
    }
    close_root(root);
  }

  void payload(const Field& field, const std::byte* slot) {
    const Type& type = service_.types[field.type];
    switch (type.kind) {
      case Kind::kStructure: {
        const std::string_view root = service_.text(field.wire);
        const std::byte* from = load_structure(slot, SlotKind::kMember);
        open_root(root, field.type, from);
        append_xml_members(service_, Protocol::kRestXml, field.type, from, answer_.body);
        close_root(root);
        return;
      }
      case Kind::kString:
        // The only texts that are a whole answer are policies.
        answer_.headers.add("Content-Type", "application/json");
        answer_.body = load<Text>(slot).view();
        return;
      case Kind::kBlob:
        answer_.body = load<Text>(slot).view();
        return;
      default:
        return;  // streams travel beside the answer
    }
  }

  void bound(const Field& field, const std::byte* slot) {
    const Type& type = service_.types[field.type];
    const std::string_view name = service_.text(field.wire);
    if (field.location == Location::kStatus) {
      answer_.status = *load_scalar<int32_t>(slot, SlotKind::kMember);
    } else if (field.location == Location::kHeaders) {
      headers(type, name, load<RawList>(slot));
    } else if (field.location == Location::kHeader) {
      // The framing is the proxy's.
      if (core::equals_ignoring_case(name, "content-length")) {
        answer_.declared_bytes =
            static_cast<uint64_t>(*load_scalar<int64_t>(slot, SlotKind::kMember));
        return;
      }
      std::string text;
      scalar(type, field.timestamp, slot, SlotKind::kMember, text);
      answer_.headers.add(name, header_safe(text));
    }
  }

  void headers(const Type& type, std::string_view prefix, const RawList& all) {
    for (uint32_t i = 0; i < all.count; ++i) {
      const std::byte* entry = all.at + std::size_t{i} * type.bytes;
      answer_.headers.add(std::string(prefix) + header_safe(load<Text>(entry)),
                          header_safe(load<Text>(entry + type.value_offset)));
    }
  }

  void scalar(const Type& type, TimestampFormat own, const std::byte* slot, SlotKind kind,
              std::string& out) {
    switch (type.kind) {
      case Kind::kBoolean:
        out += *load_scalar<bool>(slot, kind) ? "true" : "false";
        return;
      case Kind::kInteger:
        return append_number(*load_scalar<int32_t>(slot, kind), out);
      case Kind::kLong:
        return append_number(*load_scalar<int64_t>(slot, kind), out);
      case Kind::kFloat:
      case Kind::kDouble:
        return append_floating(*load_scalar<double>(slot, kind), out);
      case Kind::kTimestamp:
        return timestamp(*load_scalar<Timestamp>(slot, kind),
                         own != TimestampFormat::kDefault ? own : type.timestamp, out);
      case Kind::kList:
        return list(type, load<RawList>(slot), out);
      default:
        out += load<Text>(slot).view();
    }
  }

  void list(const Type& type, const RawList& all, std::string& out) {
    const Type& element = service_.types[type.element];
    for (uint32_t i = 0; i < all.count; ++i) {
      if (i > 0) out += ", ";
      scalar(element, element.timestamp, all.at + std::size_t{i} * type.bytes, SlotKind::kElement,
             out);
    }
  }

  static void timestamp(Timestamp moment, TimestampFormat own, std::string& out) {
    switch (timestamp_format(own, Protocol::kRestXml, Location::kHeader)) {
      case TimestampFormat::kIso8601:
        return append_iso8601(moment, Fraction::kAlways, out);
      case TimestampFormat::kEpochSeconds:
        return append_epoch_seconds(moment, out);
      case TimestampFormat::kHttpDate:
      case TimestampFormat::kDefault:
        return append_http_date(moment, out);
    }
  }

  const ServiceModel& service_;
  const OperationModel& operation_;
  core::HttpAnswer& answer_;
};

bool is_bare(const ServiceModel* service) {
  return service == nullptr || (service->flags & ServiceModel::kBareErrors) != 0;
}

void add_ids(const ServiceModel* service, const AnswerIds& ids, core::HttpAnswer& answer) {
  answer.headers.add(is_bare(service) ? "x-amz-request-id" : "x-amzn-RequestId", ids.request_id);
  if (!ids.host_id.empty()) answer.headers.add("x-amz-id-2", ids.host_id);
}

}  // namespace

void write_rest_output(const ServiceModel& service, const OperationModel& operation,
                       const void* output, const AnswerIds& ids, core::HttpAnswer& answer) {
  answer.status = operation.status;
  answer.body.clear();
  add_ids(&service, ids, answer);
  if (operation.output == kNoType) return;
  RestOutput(service, operation, answer).write(static_cast<const std::byte*>(output));
}

void write_rest_error(const ServiceModel* service, const AwsError& error, const AnswerIds& ids,
                      core::HttpAnswer& answer) {
  answer.status = error.status;
  answer.body.clear();
  add_ids(service, ids, answer);
  // RFC 9110 section 15.4.5: no content.
  if (error.status == 304) return;
  const ErrorModel* modelled = service != nullptr ? service->error(error.code) : nullptr;
  answer.headers.add("Content-Type", "application/xml");
  std::string& out = answer.body;
  out = kDeclaration;
  if (!is_bare(service)) {
    out.append("<ErrorResponse xmlns=\"")
        .append(service->text(service->xml_namespace))
        .append("\">");
  }
  out += "<Error>";
  if (!is_bare(service))
    append_xml_element("Type", error.status >= 500 ? "Receiver" : "Sender", out);
  append_xml_element("Code", modelled != nullptr ? service->text(modelled->code) : error.code, out);
  append_xml_element("Message", error.message, out);
  for (const auto& [name, text] : error.details) append_xml_element(name, text, out);
  if (is_bare(service)) {
    append_xml_element("RequestId", ids.request_id, out);
    if (!ids.host_id.empty()) append_xml_element("HostId", ids.host_id, out);
    out += "</Error>";
  } else {
    out += "</Error>";
    append_xml_element("RequestId", ids.request_id, out);
    out += "</ErrorResponse>";
  }
}

}  // namespace fogbank::aws
