// Emits the constant tables of aws/model.h.
#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "models/modelc/layout.h"
#include "models/modelc/names.h"
#include "models/modelc/text_pool.h"

namespace fogbank::modelc {
namespace {

using Numbers = std::map<std::string, std::size_t>;

std::string number(std::size_t value) { return std::to_string(value); }

std::string joined_flags(const std::vector<std::string>& flags, const std::string& scope,
                         const std::string& type) {
  if (flags.empty()) return "0";
  std::string out = "static_cast<" + type + ">(";
  for (std::size_t i = 0; i < flags.size(); ++i) {
    out += (i == 0 ? "" : " | ") + ("m::" + scope) + "::" + flags[i];
  }
  return out + ")";
}

bool is_ascii_upper(char c) { return c >= 'A' && c <= 'Z'; }

// One table being written: everything that several rows share.
class Tables final {
 public:
  explicit Tables(const Model& model) : model_(model), space_(namespace_name(model)) {
    speaks_ec2_ = speaks("ec2");
    speaks_query_ = speaks("query") || speaks_ec2_;
    for (const auto& [name, shape] : model.shapes) {
      if (shape.traits.has("exception")) error_index_[name] = error_index_.size();
      type_index_[name] = type_index_.size();
    }
    stream_type_ = type_index_.size();
  }

  std::string text() {
    for (const auto& [name, shape] : model_.shapes) emit_type(shape);
    emit_stream_type();
    for (const auto& [name, operation] : model_.operations) emit_operation(operation);
    for (const auto& [name, index] : error_index_) emit_error(model_.shape(name));
    const std::string service = service_row();
    return prologue() + array("Type", "kTypes", types_) + array("Field", "kFields", fields_) +
           array("Constraint", "kConstraints", constraints_) + array("PoolText", "kEnums", enums_) +
           array("OperationModel", "kOperations", operations_) +
           array("std::uint16_t", "kOperationErrors", operation_errors_) +
           array("ErrorModel", "kErrors", errors_) + pool_.definition() + service +
           "\n}  // namespace\n\nconst m::ServiceModel& model() { return kModel; }\n\n"
           "}  // namespace fogbank::models::" +
           space_ + "\n";
  }

 private:
  bool speaks(std::string_view protocol) const {
    const auto all = model_.service.list("protocols");
    return std::any_of(all.begin(), all.end(),
                       [&](const std::string& each) { return each.starts_with(protocol); });
  }

  std::string pooled(const std::string& text) { return pool_.add(text); }

  std::string type_of(const std::string& shape) const {
    return shape.empty() ? "m::kNoType" : number(type_index_.at(shape));
  }

  static std::string kind_of(const Shape& shape) {
    if (custom_of(shape) != nullptr) return "kCustom";
    if (shape.traits.has("eventstream")) return "kEventStream";
    if (shape.kind == "union") return "kStructure";
    std::string kind = "k" + shape.kind;
    kind[1] = static_cast<char>(kind[1] - 'a' + 'A');
    return kind;
  }

  static std::string format_of(const std::string& format) {
    if (format == "iso8601") return "kIso8601";
    if (format == "unixTimestamp") return "kEpochSeconds";
    if (format == "rfc822") return "kHttpDate";
    if (!format.empty()) fail("unknown timestamp format " + format);
    return "kDefault";
  }

  // {location, name on the wire} of a member.
  std::pair<std::string, std::string> placed(const Member& member) const {
    constexpr std::array kPlaces = {std::pair("uri", "kUri"), std::pair("param", "kQuery"),
                                    std::pair("header", "kHeader"),
                                    std::pair("headers", "kHeaders")};
    for (const auto& [word, location] : kPlaces) {
      if (member.traits.has(word)) return {location, member.traits.get(word)};
    }
    const std::string name = trait(model_, member, "name", member.name);
    return {member.traits.has("status") ? "kStatus" : "kBody", name};
  }

  // In the query protocol the element's own name replaces a flattened list's, unless the list has
  // been given one.
  std::string query_name(const Member& member) const {
    const Shape& shape = model_.shape(member.shape);
    if (has_trait(model_, member, "query")) return trait(model_, member, "query");
    std::string name = trait(model_, member, "name", member.name);
    if (speaks_ec2_) {
      if (name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
      return name;
    }
    if (shape.kind == "list" && has_trait(model_, member, "flat") && shape.traits.has("element") &&
        !member.traits.has("name")) {
      return shape.traits.get("element");
    }
    return name;
  }

  std::string field_flags(const Member& member) const {
    constexpr std::array kFlags = {
        std::pair("flat", "kFlattened"),          std::pair("attribute", "kXmlAttribute"),
        std::pair("token", "kIdempotencyToken"),  std::pair("hostlabel", "kHostLabel"),
        std::pair("jsonvalue", "kJsonValue"),     std::pair("sensitive", "kSensitive"),
        std::pair("deprecated", "kDeprecated"),   std::pair("eventpayload", "kEventPayload"),
        std::pair("eventheader", "kEventHeader"), std::pair("fromurl", "kFromUrl")};
    std::vector<std::string> flags;
    if (member.is_required) flags.emplace_back("kRequired");
    for (const auto& [word, flag] : kFlags) {
      if (has_trait(model_, member, word)) flags.emplace_back(flag);
    }
    return joined_flags(flags, "Field", "std::uint16_t");
  }

  void emit_field(const Shape& owner, const Member& member) {
    auto [location, wire] = placed(member);
    // The root element of a structure that is the whole body is named after its shape.
    if (owner.traits.get("payload") == member.name && !has_trait(model_, member, "name") &&
        is_structure(model_.shape(member.shape))) {
      wire = member.shape;
    }
    std::string slot = member_name(member.name);
    if (slot == type_name(owner.name)) slot += '_';
    const bool plain_stream =
        has_trait(model_, member, "stream") && model_.shape(member.shape).kind == "blob";
    fields_.push_back("{" + pooled(member.name) + "," + pooled(wire) + "," +
                      (speaks_query_ ? pooled(query_name(member)) : pooled(wire)) + "," +
                      pooled(trait(model_, member, "xmlns")) + "," +
                      pooled(trait(model_, member, "xmlprefix")) + "," +
                      (plain_stream ? number(stream_type_) : type_of(member.shape)) + "," +
                      field_flags(member) + ",offsetof(" + type_name(owner.name) + "," + slot +
                      "),m::Location::" + location +
                      ",m::TimestampFormat::" + format_of(trait(model_, member, "format")) + "}");
  }

  std::string constraint_of(const Shape& shape) {
    const Attributes& traits = shape.traits;
    if (!traits.has("min") && !traits.has("max") && !traits.has("pattern") && !traits.has("enum")) {
      return "m::kNoIndex";
    }
    std::vector<std::string> flags;
    if (traits.has("min")) flags.emplace_back("kMin");
    if (traits.has("max")) flags.emplace_back("kMax");
    const std::vector<std::string> values = traits.list("enum");
    std::string row = "{" + bound(shape, "min") + "," + bound(shape, "max") + "," +
                      pooled(traits.get("pattern")) + "," +
                      number(values.empty() ? 0 : enums_.size()) + "," + number(values.size()) +
                      "," + joined_flags(flags, "Constraint", "std::uint8_t") + "}";
    for (const std::string& value : values) enums_.push_back(pooled(value));
    constraints_.push_back(std::move(row));
    return number(constraints_.size() - 1);
  }

  static std::string bound(const Shape& shape, const std::string& key) {
    const std::string text = shape.traits.get(key, "0");
    int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size()) {
      fail(shape.name + ": " + key + " is no whole number: " + text);
    }
    return value == INT64_MIN ? "INT64_MIN" : std::to_string(value) + "LL";
  }

  // {size of the slot's unit, offset of a map's value, element type, key type}
  std::string layout_of(const Shape& shape, std::string& element, std::string& key) const {
    element = key = "m::kNoType";
    if (shape.kind == "list") {
      element = type_of(shape.traits.get("of"));
      return "sizeof(" + element_type(model_, model_.shape(shape.traits.get("of"))) + "),0";
    }
    if (shape.kind == "map") {
      element = type_of(shape.traits.get("value"));
      key = type_of(shape.traits.get("key"));
      const std::string entry = "::fogbank::aws::Entry<" +
                                element_type(model_, model_.shape(shape.traits.get("value"))) + ">";
      return "sizeof(" + entry + "),offsetof(" + entry + ",value)";
    }
    return "sizeof(" + element_type(model_, shape) + "),0";
  }

  static std::string type_flags(const Shape& shape) {
    std::vector<std::string> flags;
    if (shape.kind == "union") flags.emplace_back("kUnion");
    if (shape.traits.has("exception")) flags.emplace_back("kException");
    if (shape.traits.has("fault")) flags.emplace_back("kFault");
    if (shape.traits.has("event")) flags.emplace_back("kEvent");
    if (shape.traits.has("sensitive")) flags.emplace_back("kSensitive");
    if (shape.traits.has("flat")) flags.emplace_back("kFlattened");
    return joined_flags(flags, "Type", "std::uint8_t");
  }

  void emit_type(const Shape& shape) {
    const std::size_t first_field = fields_.size();
    std::string payload = "m::kNoIndex";
    if (is_structure(shape)) {
      for (std::size_t i = 0; i < shape.members.size(); ++i) {
        if (shape.members[i].name == shape.traits.get("payload")) payload = number(i);
        emit_field(shape, shape.members[i]);
      }
    }
    std::string element;
    std::string key;
    const std::string layout = layout_of(shape, element, key);
    const CustomCpp* custom = custom_of(shape);
    const std::string element_default = shape.kind == "map" ? "entry" : "member";
    types_.push_back(
        "{m::Kind::" + kind_of(shape) +
        ",m::CustomType::" + std::string(custom != nullptr ? custom->enumerator : "kNone") +
        ",m::TimestampFormat::" + format_of(shape.traits.get("format")) + "," + type_flags(shape) +
        "," + element + "," + key + "," + constraint_of(shape) + "," +
        number(fields_.size() - first_field) + "," + number(first_field) + "," + layout + "," +
        pooled(shape.name) + "," + pooled(shape.traits.get("element", element_default)) + "," +
        pooled(shape.traits.get("keyname", "key")) + "," +
        pooled(shape.traits.get("valuename", "value")) + "," + pooled(shape.traits.get("xmlns")) +
        "," + pooled(shape.traits.get("xmlprefix")) + "," + payload + "}");
  }

  void emit_stream_type() {
    types_.push_back(
        "{m::Kind::kStream,m::CustomType::kNone,m::TimestampFormat::kDefault,0,m::kNoType,"
        "m::kNoType,m::kNoIndex,0,0,sizeof(::fogbank::aws::Stream),0,{},{},{},{},{},{},"
        "m::kNoIndex}");
  }

  std::string output_name(const Operation& operation) const {
    const Attributes& traits = operation.traits;
    if (traits.has("root")) return traits.get("root");
    if (traits.has("wrapper")) return traits.get("wrapper");
    if (speaks_query_) return operation.name + "Result";
    return traits.get("output");
  }

  void emit_operation(const Operation& operation) {
    constexpr std::array kFlags = {
        std::pair("anonymous", "kAnonymous"),   std::pair("unsignedbody", "kUnsignedBody"),
        std::pair("deprecated", "kDeprecated"), std::pair("checksumrequired", "kChecksumRequired"),
        std::pair("readonly", "kReadOnly"),     std::pair("idempotent", "kIdempotent"),
        std::pair("bareoutput", "kBareOutput")};
    const Attributes& traits = operation.traits;
    std::vector<std::string> flags;
    for (const auto& [word, flag] : kFlags) {
      if (traits.has(word)) flags.emplace_back(flag);
    }
    const std::size_t question = operation.uri.find('?');
    const std::string literal =
        question == std::string::npos ? "" : operation.uri.substr(question + 1);
    const std::vector<std::string> errors = traits.list("errors");
    const std::string input = traits.get("input");
    operations_.push_back("{" + pooled(operation.name) + "," + pooled(operation.method) + "," +
                          pooled(operation.uri.substr(0, question)) + "," + pooled(literal) + "," +
                          pooled(traits.get("host")) + "," +
                          pooled(traits.get("inputname", input)) + "," +
                          pooled(output_name(operation)) + "," + pooled(traits.get("xmlns")) + "," +
                          pooled(traits.get("checksummember")) + "," + type_of(input) + "," +
                          type_of(traits.get("output")) + "," + traits.get("status", "200") + "," +
                          joined_flags(flags, "OperationModel", "std::uint16_t") + "," +
                          number(operation_errors_.size()) + "," + number(errors.size()) + "}");
    for (const std::string& error : errors) {
      const auto found = error_index_.find(error);
      if (found == error_index_.end())
        fail(error + " is no exception, but an error of an operation");
      operation_errors_.push_back(number(found->second));
    }
  }

  void emit_error(const Shape& shape) {
    errors_.push_back("{" + pooled(shape.name) + "," +
                      pooled(shape.traits.get("code", shape.name)) + "," + type_of(shape.name) +
                      "," + shape.traits.get("status", shape.traits.has("fault") ? "500" : "400") +
                      "}");
  }

  std::string protocols() const {
    const std::map<std::string, std::string> names = {{"query", "kQuery"},
                                                      {"ec2", "kEc2"},
                                                      {"json1.0", "kJson10"},
                                                      {"json1.1", "kJson11"},
                                                      {"rest-json", "kRestJson"},
                                                      {"rest-xml", "kRestXml"},
                                                      {"smithy-rpc-v2-cbor", "kRpcCbor"}};
    std::string out;
    for (std::string protocol : model_.service.list("protocols")) {
      if (protocol == "json") protocol += model_.service.get("json", "1.1");
      const auto found = names.find(protocol);
      if (found == names.end()) fail("unknown protocol " + protocol);
      out += (out.empty() ? "" : " | ") + ("m::protocol_bit(m::Protocol::" + found->second + ")");
    }
    return "static_cast<std::uint16_t>(" + out + ")";
  }

  std::string validation() const {
    const bool by_default = speaks("json") || speaks("rest-json");
    const std::string style = model_.service.get("validation", by_default ? "coral" : "none");
    if (style == "coral") return "kCoral";
    if (style == "none") return "kNone";
    fail("unknown validation style " + style);
  }

  std::string service_flags() const {
    std::vector<std::string> flags;
    if (model_.service.has("querycompatible")) flags.emplace_back("kQueryCompatible");
    if (model_.service.has("crc32")) flags.emplace_back("kCrc32");
    if (model_.service.has("bareerrors")) flags.emplace_back("kBareErrors");
    return joined_flags(flags, "ServiceModel", "std::uint8_t");
  }

  std::string service_row() {
    const Attributes& service = model_.service;
    return "constexpr m::ServiceModel kModel = {kPool," + span("kTypes", types_) +
           span("kFields", fields_) + span("kConstraints", constraints_) + span("kEnums", enums_) +
           span("kOperations", operations_) + span("kOperationErrors", operation_errors_) +
           span("kErrors", errors_) + pooled_service(service) + protocols() + "," +
           service_flags() + ",m::ValidationStyle::" + validation() + "};\n";
  }

  std::string pooled_service(const Attributes& service) {
    std::string out = pooled(model_.name) + ",";
    for (const char* word :
         {"id", "api", "endpoint", "signing", "target", "errorprefix", "namespace"}) {
      out += pooled(service.get(word)) + ",";
    }
    return out + pooled(service.get("message", "message")) + ",";
  }

  static std::string span(const std::string& name, const std::vector<std::string>& rows) {
    return rows.empty() ? "{}," : name + ",";
  }

  static std::string array(const std::string& type, const std::string& name,
                           const std::vector<std::string>& rows) {
    if (rows.empty()) return "";
    const std::string scope = is_ascii_upper(type[0]) ? "m::" : "";
    std::string out = "constexpr " + scope + type + " " + name + "[] = {\n";
    for (const std::string& row : rows) out += row + ",\n";
    return out + "};\n";
  }

  std::string prologue() const {
    return "// Generated by modelc from models/" + model_.name +
           ".model and .overlay; do not edit.\n#include \"models/" + model_.name +
           ".h\"\n\n#include <cstddef>\n#include <cstdint>\n\n#include \"aws/model.h\"\n\n"
           "namespace fogbank::models::" +
           space_ + " {\nnamespace {\nnamespace m = ::fogbank::aws;\n";
  }

  const Model& model_;
  std::string space_;
  bool speaks_ec2_ = false;
  bool speaks_query_ = false;
  Numbers type_index_;
  Numbers error_index_;
  std::size_t stream_type_ = 0;
  TextPool pool_;
  std::vector<std::string> types_, fields_, constraints_, enums_, operations_, operation_errors_,
      errors_;
};

}  // namespace

std::string tables_text(const Model& model) { return Tables(model).text(); }

}  // namespace fogbank::modelc
