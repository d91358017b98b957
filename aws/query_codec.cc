#include "aws/query_codec.h"

#include <algorithm>
#include <vector>

#include "aws/query_form.h"
#include "aws/slot.h"
#include "aws/wire_scalar.h"
#include "aws/xml_output.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

class QueryInput final {
 public:
  QueryInput(const ServiceModel& service, Protocol protocol, core::Arena& arena)
      : service_(service), is_ec2_(protocol == Protocol::kEc2), arena_(arena) {}

  bool structure(const Type& type, const FormNode& node, std::byte* at) {
    for (const Field& field : service_.fields_of(type)) {
      const FormNode* found = node.child(service_.text(field.query));
      if (found != nullptr && !member(field, *found, at + field.offset)) return false;
    }
    return true;
  }

  [[nodiscard]] AwsError fault() const {
    return {.code = "MalformedInput", .message = message_, .status = 400};
  }

 private:
  bool refuse(std::string_view text, std::string_view name) {
    message_ = "The value '" + std::string(text) + "' of the parameter " + std::string(name) +
               " cannot be read";
    return false;
  }

  bool member(const Field& field, const FormNode& node, std::byte* slot) {
    const Type& type = service_.types[field.type];
    const bool is_flat = is_ec2_ || field.has(Field::kFlattened);
    return value(type, is_flat, node, slot, SlotKind::kMember);
  }

  bool value(const Type& type, bool is_flat, const FormNode& node, std::byte* slot, SlotKind kind) {
    if (is_scalar(type.kind)) {
      if (!node.has_value) return node.first_child == nullptr || refuse("", node.name);
      return read_scalar(type, node.value, slot, kind, arena_) || refuse(node.value, node.name);
    }
    switch (type.kind) {
      case Kind::kStructure:
        return structure(type, node, make_structure(slot, kind, type.bytes, arena_));
      case Kind::kList:
        return list(type, is_flat, node, slot);
      case Kind::kMap:
        return map(type, is_flat, node, slot);
      case Kind::kDocument:
        store(slot, Text(node.value));
        return true;
      default:
        return true;
    }
  }

  // The numbered nodes below `node`, in the order of their numbers.
  std::vector<const FormNode*> numbered(const FormNode& node) {
    std::vector<std::pair<uint32_t, const FormNode*>> found;
    for (const FormNode* each = node.first_child; each != nullptr; each = each->next) {
      if (const auto number = core::parse_number<uint32_t>(each->name)) {
        found.emplace_back(*number, each);
      }
    }
    std::sort(found.begin(), found.end());
    std::vector<const FormNode*> out;
    out.reserve(found.size());
    for (const auto& [number, each] : found) out.push_back(each);
    return out;
  }

  bool element(const Type& type, const FormNode& node, RawList& all) {
    const Type& of = service_.types[type.element];
    return value(of, is_ec2_ || of.has(Type::kFlattened), node, all.append(arena_, type.bytes),
                 SlotKind::kElement);
  }

  // "Name.member.1", or "Name.1" when flattened. "Name=" alone is an empty list, and "Name=value"
  // one of one element: AWS takes it so, and boto 2 relies on it.
  bool list(const Type& type, bool is_flat, const FormNode& node, std::byte* slot) {
    const FormNode* parent = is_flat ? &node : node.child(service_.text(type.element_name));
    RawList all;
    all.make_present(arena_);
    if (parent != nullptr) {
      for (const FormNode* each : numbered(*parent)) {
        if (!element(type, *each, all)) return false;
      }
      const bool is_single = all.count == 0 && parent->has_value && !parent->value.empty();
      if (is_single && !element(type, *parent, all)) return false;
    }
    store(slot, all);
    return true;
  }

  bool entry(const Type& type, const FormNode& node, RawList& all) {
    const FormNode* key = node.child(service_.text(type.key_name));
    const FormNode* content = node.child(service_.text(type.value_name));
    if (key == nullptr || !key->has_value) return refuse("", service_.text(type.key_name));
    std::byte* at = all.append(arena_, type.bytes);
    store(at, Text(key->value));
    const Type& of = service_.types[type.element];
    return content == nullptr || value(of, is_ec2_ || of.has(Type::kFlattened), *content,
                                       at + type.value_offset, SlotKind::kElement);
  }

  // "Name.entry.1.key" and "Name.entry.1.value", without "entry" when flattened. Without a number
  // it is the only entry, which boto 2 relies on.
  bool map(const Type& type, bool is_flat, const FormNode& node, std::byte* slot) {
    const FormNode* parent = is_flat ? &node : node.child("entry");
    RawList all;
    all.make_present(arena_);
    if (parent != nullptr) {
      for (const FormNode* each : numbered(*parent)) {
        if (!entry(type, *each, all)) return false;
      }
      const bool is_single =
          all.count == 0 && parent->child(service_.text(type.key_name)) != nullptr;
      if (is_single && !entry(type, *parent, all)) return false;
    }
    store(slot, all);
    return true;
  }

  const ServiceModel& service_;
  bool is_ec2_;
  core::Arena& arena_;
  std::string message_;
};

// Members that stand for the URL of the request where the client did not name them.
void fill_from_url(const ServiceModel& service, const Type& type, const core::HttpRequest& request,
                   core::Arena& arena, std::byte* input) {
  if (request.path.size() <= 1) return;
  for (const Field& field : service.fields_of(type)) {
    if (!field.has(Field::kFromUrl)) continue;
    std::byte* slot = input + field.offset;
    if (is_present(service.types[field.type], slot)) continue;
    std::string url(request.scheme.empty() ? "https" : request.scheme);
    url.append("://").append(request.authority).append(request.path);
    store(slot, Text(arena.copy(url)));
  }
}

void finish(const AnswerIds& ids, core::HttpAnswer& answer) {
  answer.headers.add("x-amzn-RequestId", ids.request_id);
  answer.headers.add("Content-Type", "text/xml");
}

void open_root(std::string_view name, std::string_view name_space, std::string& out) {
  out += '<';
  out += name;
  if (!name_space.empty()) {
    out += " xmlns=\"";
    out += name_space;
    out += '"';
  }
  out += '>';
}

// {code of the wire, is it the receiver's fault}
std::string_view wire_code(const ServiceModel* service, std::string_view code) {
  const ErrorModel* modelled = service != nullptr ? service->error(code) : nullptr;
  return modelled != nullptr ? service->text(modelled->code) : code;
}

}  // namespace

core::Result<void, AwsError> read_query_input(const ServiceModel& service,
                                              const OperationModel& operation, Protocol protocol,
                                              const WireInput& wire, core::Arena& arena,
                                              void* input) {
  if (operation.input == kNoType) return {};
  const auto form = parse_form(wire.request.query, wire.body, arena);
  if (!form) {
    return AwsError{.code = "MalformedInput", .message = "Too many parameters", .status = 400};
  }
  const Type& type = service.types[operation.input];
  auto* at = static_cast<std::byte*>(input);
  QueryInput reader(service, protocol, arena);
  if (!reader.structure(type, *form, at)) return reader.fault();
  fill_from_url(service, type, wire.request, arena, at);
  return {};
}

void write_query_output(const ServiceModel& service, const OperationModel& operation,
                        Protocol protocol, const void* output, const AnswerIds& ids,
                        core::HttpAnswer& answer) {
  answer.status = operation.status;
  std::string& out = answer.body;
  out.clear();
  const std::string root = std::string(service.text(operation.name)) + "Response";
  open_root(root, service.text(service.xml_namespace), out);
  const auto* from = static_cast<const std::byte*>(output);
  if (protocol == Protocol::kEc2) {
    append_xml_element("requestId", ids.request_id, out);
    if (operation.output != kNoType) {
      append_xml_members(service, protocol, operation.output, from, out);
    }
  } else {
    if (operation.output != kNoType) {
      open_root(service.text(operation.output_name), {}, out);
      append_xml_members(service, protocol, operation.output, from, out);
      out.append("</").append(service.text(operation.output_name)).append(">");
    }
    out += "<ResponseMetadata>";
    append_xml_element("RequestId", ids.request_id, out);
    out += "</ResponseMetadata>";
  }
  out.append("</").append(root).append(">");
  finish(ids, answer);
}

void write_query_error(const ServiceModel* service, Protocol protocol, const AwsError& error,
                       const AnswerIds& ids, core::HttpAnswer& answer) {
  answer.status = error.status;
  std::string& out = answer.body;
  out.clear();
  const auto members = [&] {
    append_xml_element("Code", wire_code(service, error.code), out);
    append_xml_element("Message", error.message, out);
    for (const auto& [name, text] : error.details) append_xml_element(name, text, out);
  };
  if (protocol == Protocol::kEc2) {
    out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error>";
    members();
    out += "</Error></Errors>";
    append_xml_element("RequestID", ids.request_id, out);
    out += "</Response>";
  } else {
    open_root("ErrorResponse",
              service != nullptr ? service->text(service->xml_namespace) : std::string_view{}, out);
    out += "<Error>";
    append_xml_element("Type", error.status >= 500 ? "Receiver" : "Sender", out);
    members();
    out += "</Error>";
    append_xml_element("RequestId", ids.request_id, out);
    out += "</ErrorResponse>";
  }
  finish(ids, answer);
}

std::string_view query_action(const WireInput& wire) {
  if (const auto action = find_parameter(wire.body, "Action")) return *action;
  return find_parameter(wire.request.query, "Action").value_or("");
}

}  // namespace fogbank::aws
