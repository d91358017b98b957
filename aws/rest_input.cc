#include <algorithm>
#include <vector>

#include "aws/rest_codec.h"
#include "aws/rest_route.h"
#include "aws/slot.h"
#include "aws/wire_scalar.h"
#include "aws/xml_input.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

using Read = core::Result<void, AwsError>;

// A malformed parameter in the words of S3.
AwsError invalid_argument(const Type& type, std::string_view name, std::string_view text) {
  const bool is_number = type.kind == Kind::kInteger || type.kind == Kind::kLong;
  const std::string what(name);
  return {.code = "InvalidArgument",
          .message = is_number ? "Provided " + what + " not an integer or within integer range"
                               : "The value of " + what + " is invalid.",
          .status = 400,
          .details = {{"ArgumentName", what}, {"ArgumentValue", std::string(text)}}};
}

AwsError malformed_xml() {
  return {.code = "MalformedXML",
          .message =
              "The XML you provided was not well-formed or did not validate against our published "
              "schema",
          .status = 400};
}

class RestInput final {
 public:
  RestInput(const ServiceModel& service, const OperationModel& operation, const WireInput& wire,
            core::Arena& arena)
      : service_(service), operation_(operation), wire_(wire), arena_(arena) {}

  Read read(std::byte* input) {
    const Type& type = service_.types[operation_.input];
    auto parameters = parse_uri_parameters(wire_.request.query, arena_);
    if (!parameters) {
      return AwsError{.code = "InvalidRequest", .message = "Too many query parameters"};
    }
    parameters_ = std::move(*parameters);
    bool has_body_members = false;
    std::size_t index = 0;
    for (const Field& field : service_.fields_of(type)) {
      const bool is_payload = index++ == type.payload;
      has_body_members = has_body_members || (field.location == Location::kBody && !is_payload);
      auto done =
          is_payload ? payload(field, input + field.offset) : bound(field, input + field.offset);
      if (!done) return done;
    }
    if (type.payload == kNoIndex && has_body_members && !wire_.body.empty() &&
        !read_xml(service_, operation_.input, service_.text(operation_.input_name), wire_.body,
                  arena_, input)) {
      return malformed_xml();
    }
    return {};
  }

 private:
  Read bound(const Field& field, std::byte* slot) {
    switch (field.location) {
      case Location::kUri:
        return label(field, slot);
      case Location::kQuery:
        return parameter(field, slot);
      case Location::kHeader:
        return header(field, slot);
      case Location::kHeaders:
        return headers(field, slot);
      case Location::kBody:
      case Location::kStatus:
        break;
    }
    return {};
  }

  Read scalar(const Type& type, std::string_view name, std::string_view text, std::byte* slot,
              SlotKind kind) {
    if (read_scalar(type, text, slot, kind, arena_)) return {};
    return invalid_argument(type, name, text);
  }

  Read label(const Field& field, std::byte* slot) {
    const std::string_view path = wire_.path.empty() ? wire_.request.path : wire_.path;
    const std::string_view encoded =
        find_label(service_.text(operation_.path), path, service_.text(field.wire));
    const std::string_view text = encoded.find('%') == std::string_view::npos
                                      ? encoded
                                      : arena_.copy(core::percent_decode(encoded));
    return scalar(service_.types[field.type], service_.text(field.wire), text, slot,
                  SlotKind::kMember);
  }

  Read parameter(const Field& field, std::byte* slot) {
    const Type& type = service_.types[field.type];
    const std::string_view name = service_.text(field.wire);
    if (type.kind == Kind::kMap) return parameter_map(type, slot);
    RawList all;
    for (const UriParameter& each : parameters_) {
      if (each.name != name) continue;
      const bool is_list = type.kind == Kind::kList;
      const Type& single = is_list ? service_.types[type.element] : type;
      std::byte* to = is_list ? all.append(arena_, type.bytes) : slot;
      // An empty number is one that was not given.
      if (!is_list && each.value.empty() && single.kind != Kind::kString) continue;
      auto done =
          scalar(single, name, each.value, to, is_list ? SlotKind::kElement : SlotKind::kMember);
      if (!done) return done;
      if (!is_list) return {};
    }
    if (type.kind == Kind::kList && all.count > 0) store(slot, all);
    return {};
  }

  bool is_bound_alone(std::string_view name) const {
    const std::span<const Field> fields = service_.fields_of(service_.types[operation_.input]);
    return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
      return field.location == Location::kQuery && service_.types[field.type].kind != Kind::kMap &&
             service_.text(field.wire) == name;
    });
  }

  // All parameters that no other member takes; values of one name together where they are lists.
  Read parameter_map(const Type& type, std::byte* slot) {
    const Type& element = service_.types[type.element];
    RawList all;
    for (const UriParameter& each : parameters_) {
      if (is_bound_alone(each.name)) continue;
      std::byte* entry = nullptr;
      for (uint32_t i = 0; i < all.count && entry == nullptr; ++i) {
        std::byte* at = all.at + std::size_t{i} * type.bytes;
        if (load<Text>(at) == each.name) entry = at;
      }
      if (entry == nullptr) entry = all.append(arena_, type.bytes);
      store(entry, Text(each.name));
      std::byte* value = entry + type.value_offset;
      if (element.kind != Kind::kList) {
        store(value, Text(each.value));
        continue;
      }
      auto values = load<RawList>(value);
      store(values.append(arena_, element.bytes), Text(each.value));
      store(value, values);
    }
    if (all.count > 0) store(slot, all);
    return {};
  }

  Read header(const Field& field, std::byte* slot) {
    const Type& type = service_.types[field.type];
    const std::string_view name = service_.text(field.wire);
    const auto text = wire_.request.header(core::to_lower(name));
    if (!text) return {};
    if (type.kind == Kind::kList) return header_list(field, slot);
    if (read_scalar(type, *text, slot, SlotKind::kMember, arena_)) return {};
    // RFC 9110 section 13.1.3: a condition whose date cannot be read is none.
    const bool is_condition = core::to_lower(name).find("if-") != std::string::npos;
    if (type.kind == Kind::kTimestamp && is_condition) return {};
    return invalid_argument(type, name, *text);
  }

  // Takes one value off a list of them. A date has a comma of its own.
  static std::string_view take_listed(const Type& element, std::string_view& rest) {
    std::size_t comma = rest.find(',');
    const bool is_date =
        element.kind == Kind::kTimestamp && comma != std::string_view::npos &&
        rest.substr(0, comma).find_first_of("0123456789") == std::string_view::npos;
    if (is_date) comma = rest.find(',', comma + 1);
    comma = std::min(comma, rest.size());
    const std::string_view taken = core::trim(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    return taken;
  }

  // All headers of the name, their values separated by commas.
  Read header_list(const Field& field, std::byte* slot) {
    const Type& type = service_.types[field.type];
    const std::string name = core::to_lower(service_.text(field.wire));
    RawList all;
    all.make_present(arena_);
    for (const core::HttpHeader& each : wire_.request.headers) {
      if (each.name != name) continue;
      std::string_view rest = each.value;
      while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string_view text = core::trim(rest.substr(0, comma));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        auto done = scalar(service_.types[type.element], name, text, all.append(arena_, type.bytes),
                           SlotKind::kElement);
        if (!done) return done;
      }
    }
    store(slot, all);
    return {};
  }

  // Headers that share a prefix, as a map from what follows it.
  Read headers(const Field& field, std::byte* slot) {
    const Type& type = service_.types[field.type];
    const std::string prefix = core::to_lower(service_.text(field.wire));
    RawList all;
    for (const core::HttpHeader& each : wire_.request.headers) {
      if (!each.name.starts_with(prefix)) continue;
      std::byte* entry = all.append(arena_, type.bytes);
      store(entry, Text(each.name.substr(prefix.size())));
      store(entry + type.value_offset, Text(each.value));
    }
    if (all.count > 0) store(slot, all);
    return {};
  }

  Read payload(const Field& field, std::byte* slot) {
    const Type& type = service_.types[field.type];
    switch (type.kind) {
      case Kind::kStream:
      case Kind::kEventStream:
        store(slot, Stream{.is_present = true});
        return {};
      case Kind::kStructure:
        return structure(field, type, slot);
      default:
        if (!wire_.body.empty()) store(slot, Text(wire_.body));
        return {};
    }
  }

  Read structure(const Field& field, const Type& type, std::byte* slot) {
    if (wire_.body.empty()) {
      if (!field.has(Field::kRequired)) return {};
      return AwsError{
          .code = "MissingRequestBodyError", .message = "Request Body is empty", .status = 400};
    }
    std::byte* at = make_structure(slot, SlotKind::kMember, type.bytes, arena_);
    if (!read_xml(service_, field.type, service_.text(field.wire), wire_.body, arena_, at)) {
      return malformed_xml();
    }
    return {};
  }

  const ServiceModel& service_;
  const OperationModel& operation_;
  const WireInput& wire_;
  core::Arena& arena_;
  std::vector<UriParameter> parameters_;
};

}  // namespace

Read read_rest_input(const ServiceModel& service, const OperationModel& operation,
                     const WireInput& wire, core::Arena& arena, void* input) {
  if (operation.input == kNoType) return {};
  return RestInput(service, operation, wire, arena).read(static_cast<std::byte*>(input));
}

}  // namespace fogbank::aws
