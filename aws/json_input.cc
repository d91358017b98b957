#include "aws/json_input.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "aws/base64.h"
#include "aws/dynamodb_json.h"
#include "aws/dynamodb_value.h"
#include "aws/slot.h"
#include "aws/timestamp.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

std::string_view java_scalar(Kind kind) {
  switch (kind) {
    case Kind::kBoolean:
      return "Boolean";
    case Kind::kInteger:
      return "Integer";
    case Kind::kLong:
      return "Long";
    case Kind::kFloat:
      return "Float";
    case Kind::kDouble:
      return "Double";
    case Kind::kTimestamp:
      return "Date";
    default:
      return "String";
  }
}

class JsonInput final {
 public:
  JsonInput(const ServiceModel& service, std::string_view body, core::Arena& arena,
            JsonFaults& faults)
      : service_(service), reader_(body, arena), arena_(arena), faults_(faults) {}

  void read(uint16_t type_index, std::byte* input) {
    if (reader_.peek() != '{') {
      faults_.malformed();
      return;
    }
    if (!structure(service_.types[type_index], input)) return;
    if (!reader_.at_end()) faults_.malformed();
  }

 private:
  bool structure(const Type& type, std::byte* at) {
    if (!reader_.enter()) return faults_.malformed();
    const std::span<const Field> fields = service_.fields_of(type);
    std::size_t next = 0;  // keys mostly come in the model's order
    std::string_view key;
    for (;;) {
      const JsonReader::Step step = reader_.step_object(key);
      if (step == JsonReader::Step::kEnd) return true;
      if (step == JsonReader::Step::kMalformed) return faults_.malformed();
      const Field* field = find_field(fields, key, next);
      if (field == nullptr) {
        if (!reader_.skip()) return faults_.malformed();
        continue;
      }
      next = static_cast<std::size_t>(field - fields.data()) + 1;
      if (!member(*field, at + field->offset)) return false;
    }
  }

  const Field* find_field(std::span<const Field> fields, std::string_view key,
                          std::size_t start) const {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      std::size_t index = start + i;
      if (index >= fields.size()) index -= fields.size();
      if (service_.text(fields[index].wire) == key) return &fields[index];
    }
    return nullptr;
  }

  bool member(const Field& field, std::byte* slot) {
    if (reader_.peek() == 'n') return reader_.read_literal("null") || faults_.malformed();
    const Type& type = service_.types[field.type];
    const TimestampFormat format =
        field.timestamp != TimestampFormat::kDefault ? field.timestamp : type.timestamp;
    return value(type, format, slot, SlotKind::kMember);
  }

  bool value(const Type& type, TimestampFormat format, std::byte* slot, SlotKind kind) {
    switch (type.kind) {
      case Kind::kBoolean:
        return boolean(slot, kind);
      case Kind::kInteger:
        return integer<int32_t>(type, slot, kind);
      case Kind::kLong:
        return integer<int64_t>(type, slot, kind);
      case Kind::kFloat:
      case Kind::kDouble:
        return floating(type, slot, kind);
      case Kind::kString:
        return text(slot);
      case Kind::kBlob:
        return blob(slot);
      case Kind::kTimestamp:
        return timestamp(format, slot, kind);
      case Kind::kStructure:
        return nested(type, slot, kind);
      case Kind::kList:
        return list(type, slot);
      case Kind::kMap:
        return map(type, slot);
      case Kind::kDocument:
        return document(slot);
      case Kind::kCustom:
        return custom(type.custom, slot);
      case Kind::kStream:
      case Kind::kEventStream:
        break;
    }
    return reader_.skip() || faults_.malformed();
  }

  bool mismatch(const Type& type) {
    return faults_.form(json_mismatch(reader_, java_scalar(type.kind)));
  }

  bool boolean(std::byte* slot, SlotKind kind) {
    const char first = reader_.peek();
    if (first != 't' && first != 'f') {
      if (first == '"') return faults_.form("Unexpected token received from parser");
      return faults_.form(json_mismatch(reader_, "Boolean"));
    }
    if (!reader_.read_literal(first == 't' ? "true" : "false")) return faults_.malformed();
    store_scalar(slot, kind, first == 't');
    return true;
  }

  bool number(const Type& type, std::string_view& digits) {
    const char first = reader_.peek();
    if (first != '-' && (first < '0' || first > '9')) return mismatch(type);
    return reader_.read_number(digits) || faults_.malformed();
  }

  // AWS cuts decimals off where a whole number belongs, and refuses what does not fit.
  template <class Whole>
  bool integer(const Type& type, std::byte* slot, SlotKind kind) {
    std::string_view digits;
    if (!number(type, digits)) return false;
    if (const auto whole = core::parse_number<Whole>(digits)) {
      store_scalar(slot, kind, *whole);
      return true;
    }
    double decimal = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), decimal);
    // The upper bound is a power of two, so the comparison is exact.
    const double limit = -static_cast<double>(std::numeric_limits<Whole>::min());
    const bool is_decimal = digits.find_first_of(".eE") != std::string_view::npos;
    if (!is_decimal || !(std::trunc(decimal) >= -limit && std::trunc(decimal) < limit)) {
      return faults_.form("NUMBER_VALUE cannot be converted to " +
                          std::string(java_scalar(type.kind)));
    }
    store_scalar(slot, kind, static_cast<Whole>(decimal));
    return true;
  }

  bool floating(const Type& type, std::byte* slot, SlotKind kind) {
    double number_value = 0;
    std::string_view digits;
    if (reader_.peek() == '"') {
      if (!reader_.read_string(digits)) return faults_.malformed();
      const double infinity = std::numeric_limits<double>::infinity();
      if (digits == "NaN") {
        number_value = std::numeric_limits<double>::quiet_NaN();
      } else if (digits == "Infinity" || digits == "-Infinity") {
        number_value = digits[0] == '-' ? -infinity : infinity;
      } else {
        return faults_.form("STRING_VALUE cannot be converted to " +
                            std::string(java_scalar(type.kind)));
      }
    } else {
      if (!number(type, digits)) return false;
      const auto end = digits.data() + digits.size();
      const auto parsed = std::from_chars(digits.data(), end, number_value);
      if (parsed.ec == std::errc::result_out_of_range) {
        return faults_.form("DECIMAL_VALUE cannot be converted to " +
                            std::string(java_scalar(type.kind)));
      }
    }
    store_scalar(slot, kind, number_value);
    return true;
  }

  bool text(std::byte* slot) {
    std::string_view out;
    if (reader_.peek() != '"') return faults_.form(json_mismatch(reader_, "String"));
    if (!reader_.read_string(out)) return faults_.malformed();
    store(slot, Text(out));
    return true;
  }

  bool blob(std::byte* slot) {
    std::string_view encoded;
    const char first = reader_.peek();
    if (first == '[') return faults_.form("Unrecognized collection type class java.nio.ByteBuffer");
    if (first == '{') return faults_.form("Start of structure or map found where not expected");
    if (first != '"') {
      return faults_.form("only base-64-encoded strings are convertible to bytes");
    }
    if (!reader_.read_string(encoded)) return faults_.malformed();
    auto* to = static_cast<char*>(arena_.allocate(base64_bytes_max(encoded.size()) + 1, 1));
    std::size_t bytes = 0;
    const Base64Fault fault = decode_base64(encoded, to, bytes);
    if (fault != Base64Fault::kNone) return faults_.form(describe(fault, encoded));
    store(slot, Text(std::string_view(to, bytes)));
    return true;
  }

  bool timestamp(TimestampFormat format, std::byte* slot, SlotKind kind) {
    std::string_view written;
    std::optional<Timestamp> moment;
    const char first = reader_.peek();
    if (first == '"') {
      if (!reader_.read_string(written)) return faults_.malformed();
      moment = parse_timestamp(written);
    } else if (first == '-' || (first >= '0' && first <= '9')) {
      if (!reader_.read_number(written)) return faults_.malformed();
      if (format == TimestampFormat::kDefault || format == TimestampFormat::kEpochSeconds) {
        moment = parse_epoch_seconds(written);
      }
    } else {
      return faults_.form(json_mismatch(reader_, "Date"));
    }
    if (!moment) {
      return faults_.form(std::string(first == '"' ? "STRING" : "NUMBER") +
                          "_VALUE cannot be converted to Date");
    }
    store_scalar(slot, kind, *moment);
    return true;
  }

  std::string java_class(const Type& type) const {
    switch (type.kind) {
      case Kind::kStructure:
        return std::string(service_.text(service_.error_prefix)) + "." +
               std::string(service_.text(type.name));
      case Kind::kCustom:
        return std::string(service_.text(service_.error_prefix)) + ".AttributeValue";
      case Kind::kList:
        return "java.util.List<" + java_class(service_.types[type.element]) + ">";
      case Kind::kMap:
        return "java.util.Map<java.lang.String, " + java_class(service_.types[type.element]) + ">";
      case Kind::kBlob:
        return "java.nio.ByteBuffer";
      default:
        return "java.lang." + std::string(java_scalar(type.kind));
    }
  }

  bool nested(const Type& type, std::byte* slot, SlotKind kind) {
    const char first = reader_.peek();
    if (first == '[') return faults_.form("Unrecognized collection type class " + java_class(type));
    if (first != '{') return faults_.form("Unexpected value type in payload");
    return structure(type, make_structure(slot, kind, type.bytes, arena_));
  }

  bool list(const Type& type, std::byte* slot) {
    const char first = reader_.peek();
    if (first == '{') return faults_.form("Start of structure or map found where not expected");
    if (first != '[') return faults_.form("Unexpected field type");
    if (!reader_.enter()) return faults_.malformed();
    const Type& element = service_.types[type.element];
    RawList all;
    all.make_present(arena_);
    for (;;) {
      const JsonReader::Step step = reader_.step_array();
      if (step == JsonReader::Step::kMalformed) return faults_.malformed();
      if (step == JsonReader::Step::kEnd) break;
      if (reader_.peek() == 'n') {
        if (!reader_.read_literal("null")) return faults_.malformed();
        // Stays an absent element, for the validation to refuse, where the type can say so.
        if (element.kind == Kind::kString) all.append(arena_, type.bytes);
        continue;
      }
      if (!value(element, element.timestamp, all.append(arena_, type.bytes), SlotKind::kElement)) {
        return false;
      }
    }
    store(slot, all);
    return true;
  }

  bool map(const Type& type, std::byte* slot) {
    const char first = reader_.peek();
    if (first == '[') return faults_.form("Unrecognized collection type " + java_class(type));
    if (first != '{') return faults_.form("Unexpected field type");
    if (!reader_.enter()) return faults_.malformed();
    const Type& element = service_.types[type.element];
    RawList all;
    all.make_present(arena_);
    std::string_view key;
    for (;;) {
      const JsonReader::Step step = reader_.step_object(key);
      if (step == JsonReader::Step::kMalformed) return faults_.malformed();
      if (step == JsonReader::Step::kEnd) break;
      if (reader_.peek() == 'n') {
        if (!reader_.read_literal("null")) return faults_.malformed();
        continue;
      }
      std::byte* entry = all.append(arena_, type.bytes);
      store(entry, Text(key));
      if (!value(element, element.timestamp, entry + type.value_offset, SlotKind::kElement)) {
        return false;
      }
    }
    if (has_duplicate_keys(all, type.bytes)) return faults_.malformed();
    store(slot, all);
    return true;
  }

  static bool has_duplicate_keys(const RawList& all, std::size_t entry_bytes) {
    std::vector<std::string_view> keys;
    if (all.count < 2) return false;
    keys.reserve(all.count);
    for (uint32_t i = 0; i < all.count; ++i) {
      keys.push_back(load<Text>(all.at + i * entry_bytes).view());
    }
    std::sort(keys.begin(), keys.end());
    return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
  }

  bool document(std::byte* slot) {
    std::string_view text_of_it;
    if (!reader_.skip(text_of_it)) return faults_.malformed();
    store(slot, Text(text_of_it));
    return true;
  }

  bool custom(CustomType type, std::byte* slot) {
    scratch_.clear();
    const bool is_right = type == CustomType::kDynamodbItem
                              ? read_item_json(reader_, scratch_, faults_)
                              : read_attribute_json(reader_, scratch_, faults_);
    if (!is_right) return false;
    store(slot, AttributeValue::view(arena_.copy(scratch_)));
    return true;
  }

  const ServiceModel& service_;
  JsonReader reader_;
  core::Arena& arena_;
  JsonFaults& faults_;
  std::string scratch_;
};

}  // namespace

bool JsonFaults::form(std::string message) {
  if (!form_) form_ = AwsError{.code = "SerializationException", .message = std::move(message)};
  return false;
}

void JsonFaults::meaning(std::string message) {
  if (!meaning_) meaning_ = AwsError{.code = "ValidationException", .message = std::move(message)};
}

std::string json_mismatch(JsonReader& reader, std::string_view wanted) {
  const std::string converted = "_VALUE cannot be converted to " + std::string(wanted);
  switch (reader.peek()) {
    case '{':
      return "Start of structure or map found where not expected";
    case '[':
      return "Unrecognized collection type class java.lang." + std::string(wanted);
    case '"':
      return "STRING" + converted;
    case 't':
      return "TRUE" + converted;
    case 'f':
      return "FALSE" + converted;
    default:
      break;
  }
  std::string_view digits;
  if (!reader.read_number(digits)) return {};
  return (digits.find_first_of(".eE") == std::string_view::npos ? "NUMBER" : "DECIMAL") + converted;
}

void read_json(const ServiceModel& service, uint16_t type_index, std::string_view body,
               core::Arena& arena, std::byte* input, JsonFaults& faults) {
  JsonInput(service, body, arena, faults).read(type_index, input);
}

}  // namespace fogbank::aws
