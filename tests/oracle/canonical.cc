#include "tests/oracle/canonical.h"

#include "aws/dynamodb_json.h"
#include "aws/dynamodb_value.h"
#include "aws/json_reader.h"
#include "aws/json_writer.h"
#include "aws/slot.h"
#include "aws/wire_scalar.h"
#include "core/text.h"

namespace fogbank::oracle {
namespace {

using aws::Field;
using aws::Kind;
using aws::RawList;
using aws::SlotKind;
using aws::Type;

class Writer final {
 public:
  Writer(const aws::ServiceModel& service, std::string& out) : service_(service), out_(out) {}

  void structure(const Type& type, const std::byte* at) {
    out_ += '{';
    bool is_first = true;
    for (const Field& field : service_.fields_of(type)) {
      const Type& member = service_.types[field.type];
      if (!aws::is_present(member, at + field.offset)) continue;
      if (!is_first) out_ += ',';
      is_first = false;
      aws::append_json_string(service_.text(field.name), out_);
      out_ += ':';
      value(member, at + field.offset, SlotKind::kMember);
    }
    out_ += '}';
  }

 private:
  void value(const Type& type, const std::byte* slot, SlotKind kind) {
    switch (type.kind) {
      case Kind::kBoolean:
        out_ += *aws::load_scalar<bool>(slot, kind) ? "true" : "false";
        return;
      case Kind::kInteger:
        return aws::append_number(*aws::load_scalar<int32_t>(slot, kind), out_);
      case Kind::kLong:
        return aws::append_number(*aws::load_scalar<int64_t>(slot, kind), out_);
      case Kind::kFloat:
      case Kind::kDouble:
        return aws::append_json_number(*aws::load_scalar<double>(slot, kind), out_);
      case Kind::kTimestamp:
        return aws::append_number(aws::load_scalar<aws::Timestamp>(slot, kind)->ms, out_);
      case Kind::kString:
      case Kind::kDocument:
        return aws::append_json_string(aws::load<aws::Text>(slot), out_);
      case Kind::kBlob:
        return aws::append_json_base64(aws::load<aws::Text>(slot), out_);
      case Kind::kStructure:
        return structure(type, aws::load_structure(slot, kind));
      case Kind::kList:
      case Kind::kMap:
        return collection(type, aws::load<RawList>(slot));
      case Kind::kCustom:
        if (type.custom == aws::CustomType::kDynamodbItem) {
          return aws::append_item_json(aws::load<aws::AttributeValue>(slot), out_);
        }
        return aws::append_json(aws::load<aws::AttributeValue>(slot), out_);
      case Kind::kStream:
      case Kind::kEventStream:
        out_ += "true";
    }
  }

  void collection(const Type& type, const RawList& all) {
    const bool is_map = type.kind == Kind::kMap;
    out_ += is_map ? '{' : '[';
    for (uint32_t i = 0; i < all.count; ++i) {
      const std::byte* entry = all.at + std::size_t{i} * type.bytes;
      if (i > 0) out_ += ',';
      if (is_map) {
        aws::append_json_string(aws::load<aws::Text>(entry), out_);
        out_ += ':';
      }
      value(service_.types[type.element], entry + type.value_offset, SlotKind::kElement);
    }
    out_ += is_map ? '}' : ']';
  }

  const aws::ServiceModel& service_;
  std::string& out_;
};

class Reader final {
 public:
  Reader(const aws::ServiceModel& service, std::string_view text, core::Arena& arena)
      : service_(service), json_(text, arena), arena_(arena) {}

  bool structure(const Type& type, std::byte* at) {
    if (json_.peek() != '{' || !json_.enter()) return false;
    std::string_view key;
    for (;;) {
      const auto step = json_.step_object(key);
      if (step != aws::JsonReader::Step::kElement) return step == aws::JsonReader::Step::kEnd;
      const Field* found = nullptr;
      for (const Field& field : service_.fields_of(type)) {
        if (service_.text(field.name) == key) found = &field;
      }
      if (found == nullptr) return false;
      if (!value(service_.types[found->type], at + found->offset, SlotKind::kMember)) return false;
    }
  }

 private:
  bool value(const Type& type, std::byte* slot, SlotKind kind) {
    std::string_view text;
    switch (type.kind) {
      case Kind::kString:
      case Kind::kBlob:
      case Kind::kDocument:
        return json_.peek() == '"' && json_.read_string(text) &&
               aws::read_scalar(type, text, slot, kind, arena_);
      case Kind::kTimestamp:
        return number(type, slot, kind);
      case Kind::kFloat:
      case Kind::kDouble:
        // Those that JSON cannot write as numbers are texts.
        if (json_.peek() == '"') {
          return json_.read_string(text) && aws::read_scalar(type, text, slot, kind, arena_);
        }
        [[fallthrough]];
      case Kind::kBoolean:
      case Kind::kInteger:
      case Kind::kLong:
        return json_.skip(text) && aws::read_scalar(type, text, slot, kind, arena_);
      case Kind::kStructure:
        return structure(type, aws::make_structure(slot, kind, type.bytes, arena_));
      case Kind::kList:
      case Kind::kMap:
        return collection(type, slot);
      case Kind::kCustom:
        return custom(type, slot);
      case Kind::kStream:
      case Kind::kEventStream:
        aws::store(slot, aws::Stream{.is_present = true});
        return json_.skip();
    }
    return false;
  }

  bool number(const Type&, std::byte* slot, SlotKind kind) {
    std::string_view digits;
    if (json_.peek() == '\0' || !json_.read_number(digits)) return false;
    const auto ms = core::parse_number<int64_t>(digits);
    if (ms) aws::store_scalar(slot, kind, aws::Timestamp{*ms});
    return ms.has_value();
  }

  bool custom(const Type& type, std::byte* slot) {
    std::string flat;
    aws::JsonFaults faults;
    const bool is_right = type.custom == aws::CustomType::kDynamodbItem
                              ? aws::read_item_json(json_, flat, faults)
                              : aws::read_attribute_json(json_, flat, faults);
    if (is_right) aws::store(slot, aws::AttributeValue::view(arena_.copy(flat)));
    return is_right;
  }

  bool collection(const Type& type, std::byte* slot) {
    const bool is_map = type.kind == Kind::kMap;
    if (json_.peek() != (is_map ? '{' : '[') || !json_.enter()) return false;
    RawList all;
    all.make_present(arena_);
    std::string_view key;
    for (;;) {
      const auto step = is_map ? json_.step_object(key) : json_.step_array();
      if (step == aws::JsonReader::Step::kMalformed) return false;
      if (step == aws::JsonReader::Step::kEnd) break;
      std::byte* entry = all.append(arena_, type.bytes);
      if (is_map) aws::store(entry, aws::Text(key));
      if (!value(service_.types[type.element], entry + type.value_offset, SlotKind::kElement)) {
        return false;
      }
    }
    aws::store(slot, all);
    return true;
  }

  const aws::ServiceModel& service_;
  aws::JsonReader json_;
  core::Arena& arena_;
};

}  // namespace

void append_canonical(const aws::ServiceModel& service, uint16_t type_index, const std::byte* from,
                      std::string& out) {
  Writer(service, out).structure(service.types[type_index], from);
}

bool read_canonical(const aws::ServiceModel& service, uint16_t type_index, std::string_view text,
                    core::Arena& arena, std::byte* to) {
  return Reader(service, text, arena).structure(service.types[type_index], to);
}

}  // namespace fogbank::oracle
