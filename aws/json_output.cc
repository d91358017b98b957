#include "aws/json_output.h"

#include "aws/dynamodb_value.h"
#include "aws/json_writer.h"
#include "aws/slot.h"
#include "aws/timestamp.h"

namespace fogbank::aws {
namespace {

class JsonOutput final {
 public:
  JsonOutput(const ServiceModel& service, std::string& out) : service_(service), out_(out) {}

  void structure(const Type& type, const std::byte* at) {
    out_ += '{';
    bool is_first = true;
    for (const Field& field : service_.fields_of(type)) {
      const Type& member = service_.types[field.type];
      const std::byte* slot = at + field.offset;
      if (!is_in_answer_body(field) || !is_present(member, slot)) continue;
      if (!is_first) out_ += ',';
      is_first = false;
      // Names of the model need no escapes.
      out_ += '"';
      out_ += service_.text(field.wire);
      out_ += "\":";
      const TimestampFormat own =
          field.timestamp != TimestampFormat::kDefault ? field.timestamp : member.timestamp;
      value(member, own, slot, SlotKind::kMember);
    }
    out_ += '}';
  }

 private:
  void value(const Type& type, TimestampFormat own, const std::byte* slot, SlotKind kind) {
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
        return append_json_number(*load_scalar<double>(slot, kind), out_);
      case Kind::kString:
        return append_json_string(load<Text>(slot), out_);
      case Kind::kBlob:
        return append_json_base64(load<Text>(slot), out_);
      case Kind::kTimestamp:
        return timestamp(*load_scalar<Timestamp>(slot, kind), own);
      case Kind::kStructure:
        return structure(type, load_structure(slot, kind));
      case Kind::kList:
        return list(type, load<RawList>(slot));
      case Kind::kMap:
        return map(type, load<RawList>(slot));
      case Kind::kDocument:
        out_ += load<Text>(slot).view();
        return;
      case Kind::kCustom:
        if (type.custom == CustomType::kDynamodbItem) {
          return append_item_json(load<AttributeValue>(slot), out_);
        }
        return aws::append_json(load<AttributeValue>(slot), out_);
      case Kind::kStream:
      case Kind::kEventStream:
        out_ += "null";
    }
  }

  void timestamp(Timestamp moment, TimestampFormat own) {
    switch (timestamp_format(own, Protocol::kJson10, Location::kBody)) {
      case TimestampFormat::kIso8601:
        out_ += '"';
        append_iso8601(moment, Fraction::kWhenNotZero, out_);
        out_ += '"';
        return;
      case TimestampFormat::kHttpDate:
        out_ += '"';
        append_http_date(moment, out_);
        out_ += '"';
        return;
      case TimestampFormat::kEpochSeconds:
      case TimestampFormat::kDefault:
        append_epoch_seconds(moment, out_);
    }
  }

  void list(const Type& type, const RawList& all) {
    const Type& element = service_.types[type.element];
    out_ += '[';
    for (uint32_t i = 0; i < all.count; ++i) {
      if (i > 0) out_ += ',';
      value(element, element.timestamp, all.at + std::size_t{i} * type.bytes, SlotKind::kElement);
    }
    out_ += ']';
  }

  void map(const Type& type, const RawList& all) {
    const Type& element = service_.types[type.element];
    out_ += '{';
    for (uint32_t i = 0; i < all.count; ++i) {
      if (i > 0) out_ += ',';
      const std::byte* entry = all.at + std::size_t{i} * type.bytes;
      append_json_string(load<Text>(entry), out_);
      out_ += ':';
      value(element, element.timestamp, entry + type.value_offset, SlotKind::kElement);
    }
    out_ += '}';
  }

  const ServiceModel& service_;
  std::string& out_;
};

}  // namespace

void append_json(const ServiceModel& service, uint16_t type_index, const std::byte* from,
                 std::string& out) {
  JsonOutput(service, out).structure(service.types[type_index], from);
}

}  // namespace fogbank::aws
