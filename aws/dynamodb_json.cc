#include "aws/dynamodb_json.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "aws/base64.h"
#include "aws/dynamodb_value.h"

namespace fogbank::aws {
namespace {

using Step = JsonReader::Step;

constexpr std::string_view kEmpty =
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
constexpr std::string_view kSeveral =
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
    "supported datatypes";
constexpr std::string_view kTooDeep =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
    "beyond supported limit";
constexpr std::string_view kNullFalse =
    "One or more parameter values were invalid: Null attribute value types must have the value of "
    "true";
constexpr std::string_view kNullMember =
    "One or more parameter values were invalid: An string set may not have a null string as a "
    "member";

AttributeKind kind_of(std::string_view key) {
  if (key.size() == 1) {
    switch (key[0]) {
      case 'S':
        return AttributeKind::kString;
      case 'N':
        return AttributeKind::kNumber;
      case 'B':
        return AttributeKind::kBinary;
      case 'L':
        return AttributeKind::kList;
      case 'M':
        return AttributeKind::kMap;
      default:
        return AttributeKind::kNone;
    }
  }
  if (key == "SS") return AttributeKind::kStringSet;
  if (key == "NS") return AttributeKind::kNumberSet;
  if (key == "BS") return AttributeKind::kBinarySet;
  if (key == "BOOL") return AttributeKind::kBoolean;
  return key == "NULL" ? AttributeKind::kNull : AttributeKind::kNone;
}

class AttributeInput final {
 public:
  // Of an item at its largest (Developer Guide, "Quotas").
  static constexpr std::size_t kReservedBytesMax = 400 * 1024;

  AttributeInput(JsonReader& reader, std::string& out, JsonFaults& faults)
      : reader_(reader), out_(out), writer_(out), faults_(faults) {
    // The flat form is hardly ever longer than its JSON.
    out_.reserve(out_.size() + std::min(reader.left(), kReservedBytesMax));
  }

  bool value(int nesting) {
    if (reader_.peek() != '{') return not_a_structure();
    if (!reader_.enter()) return faults_.malformed();
    const std::size_t start = out_.size();
    std::string_view key;
    for (;;) {
      const Step step = reader_.step_object(key);
      if (step == Step::kMalformed) return faults_.malformed();
      if (step == Step::kEnd) break;
      const AttributeKind kind = kind_of(key);
      if (reader_.peek() == 'n') {
        if (!reader_.read_literal("null")) return faults_.malformed();
        continue;
      }
      if (kind == AttributeKind::kNone) {
        if (!reader_.skip()) return faults_.malformed();
        continue;
      }
      if (out_.size() != start) {
        faults_.meaning(std::string(kSeveral));
        if (!reader_.skip()) return faults_.malformed();
        continue;
      }
      if (!content(kind, nesting)) return false;
    }
    if (out_.size() == start) empty_value();
    return true;
  }

  // The map that `{` opens.
  bool map(int nesting) {
    if (reader_.peek() == '[') return unexpected_list();
    if (reader_.peek() != '{') return faults_.form("Unexpected field type");
    if (!reader_.enter()) return faults_.malformed();
    const std::size_t begun = writer_.begin(AttributeKind::kMap);
    const std::size_t first_key = keys_.size();
    if (keys_.empty()) keys_.reserve(kUsualKeys);
    uint32_t count = 0;
    std::string_view key;
    for (;; ++count) {
      const Step step = reader_.step_object(key);
      if (step == Step::kMalformed) return faults_.malformed();
      if (step == Step::kEnd) break;
      keys_.push_back(key);
      writer_.name(key);
      if (!element(nesting)) return false;
    }
    writer_.end(begun, count);
    if (!take_keys(first_key)) return faults_.malformed();
    return true;
  }

 private:
  bool not_a_structure() {
    if (reader_.peek() == '[') {
      return faults_.form(
          "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue");
    }
    return faults_.form("Unexpected value type in payload");
  }

  bool unexpected_list() {
    return faults_.form(
        "Unrecognized collection type java.util.Map<java.lang.String, "
        "com.amazonaws.dynamodb.v20120810.AttributeValue>");
  }

  // Keeps the form whole where the request is refused in the end.
  void empty_value() {
    faults_.meaning(std::string(kEmpty));
    writer_.null();
  }

  // A value in a list or map; null stands for an empty one.
  bool element(int nesting) {
    if (reader_.peek() != 'n') return value(nesting);
    empty_value();
    return reader_.read_literal("null") || faults_.malformed();
  }

  bool content(AttributeKind kind, int nesting) {
    switch (kind) {
      case AttributeKind::kString:
      case AttributeKind::kNumber:
        return text(kind);
      case AttributeKind::kBinary:
        return binary();
      case AttributeKind::kBoolean:
      case AttributeKind::kNull:
        return boolean(kind);
      case AttributeKind::kStringSet:
      case AttributeKind::kNumberSet:
      case AttributeKind::kBinarySet:
        return set(kind);
      case AttributeKind::kList:
      case AttributeKind::kMap:
        return document(kind, nesting + 1);
      case AttributeKind::kNone:
        break;
    }
    return faults_.malformed();
  }

  bool document(AttributeKind kind, int nesting) {
    if (nesting > kAttributeNestingMax) {
      faults_.meaning(std::string(kTooDeep));
      writer_.null();
      return reader_.skip() || faults_.malformed();
    }
    return kind == AttributeKind::kMap ? map(nesting) : list(nesting);
  }

  bool text(AttributeKind kind) {
    std::string_view read;
    if (reader_.peek() != '"') return faults_.form(json_mismatch(reader_, "String"));
    if (!reader_.read_string(read)) return faults_.malformed();
    writer_.scalar(kind, read);
    return true;
  }

  bool binary() {
    std::string_view encoded;
    const char first = reader_.peek();
    if (first == '[') return faults_.form("Unrecognized collection type class java.nio.ByteBuffer");
    if (first == '{') return faults_.form("Start of structure or map found where not expected");
    if (first != '"') {
      return faults_.form("only base-64-encoded strings are convertible to bytes");
    }
    if (!reader_.read_string(encoded)) return faults_.malformed();
    decoded_.resize(base64_bytes_max(encoded.size()));
    std::size_t bytes = 0;
    const Base64Fault fault = decode_base64(encoded, decoded_.data(), bytes);
    if (fault != Base64Fault::kNone) return faults_.form(describe(fault, encoded));
    writer_.binary({decoded_.data(), bytes});
    return true;
  }

  bool boolean(AttributeKind kind) {
    const char first = reader_.peek();
    if (first == '"') return faults_.form("Unexpected token received from parser");
    if (first != 't' && first != 'f') return faults_.form(json_mismatch(reader_, "Boolean"));
    const bool is_true = first == 't';
    if (!reader_.read_literal(is_true ? "true" : "false")) return faults_.malformed();
    if (kind == AttributeKind::kBoolean) {
      writer_.boolean(is_true);
    } else {
      if (!is_true) faults_.meaning(std::string(kNullFalse));
      writer_.null();
    }
    return true;
  }

  bool open_list() {
    if (reader_.peek() == '{') {
      return faults_.form("Start of structure or map found where not expected");
    }
    if (reader_.peek() != '[') return faults_.form("Unexpected field type");
    return reader_.enter() || faults_.malformed();
  }

  bool set(AttributeKind kind) {
    if (!open_list()) return false;
    const std::size_t begun = writer_.begin(kind);
    uint32_t count = 0;
    for (;; ++count) {
      const Step step = reader_.step_array();
      if (step == Step::kMalformed) return faults_.malformed();
      if (step == Step::kEnd) break;
      if (reader_.peek() == 'n') {
        faults_.meaning(std::string(kNullMember));
        writer_.null();
        if (!reader_.read_literal("null")) return faults_.malformed();
      } else if (!(kind == AttributeKind::kBinarySet
                       ? binary()
                       : text(kind == AttributeKind::kStringSet ? AttributeKind::kString
                                                                : AttributeKind::kNumber))) {
        return false;
      }
    }
    writer_.end(begun, count);
    return true;
  }

  bool list(int nesting) {
    if (!open_list()) return false;
    const std::size_t begun = writer_.begin(AttributeKind::kList);
    uint32_t count = 0;
    for (;; ++count) {
      const Step step = reader_.step_array();
      if (step == Step::kMalformed) return faults_.malformed();
      if (step == Step::kEnd) break;
      if (!element(nesting)) return false;
    }
    writer_.end(begun, count);
    return true;
  }

  static constexpr std::size_t kUsualKeys = 32;

  // Takes the keys of a closed map off the stack; false if one occurs twice.
  bool take_keys(std::size_t first_key) {
    const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(first_key);
    std::sort(begin, keys_.end());
    const bool is_unique = std::adjacent_find(begin, keys_.end()) == keys_.end();
    keys_.resize(first_key);
    return is_unique;
  }

  JsonReader& reader_;
  std::string& out_;
  AttributeWriter writer_;
  JsonFaults& faults_;
  std::string decoded_;
  std::vector<std::string_view> keys_;  // of all open maps
};

}  // namespace

bool read_attribute_json(JsonReader& reader, std::string& out, JsonFaults& faults) {
  return AttributeInput(reader, out, faults).value(0);
}

bool read_item_json(JsonReader& reader, std::string& out, JsonFaults& faults) {
  return AttributeInput(reader, out, faults).map(0);
}

}  // namespace fogbank::aws
