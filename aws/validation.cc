// The constraints of the model, in the words of AWS's framework (Coral).
#include <charconv>
#include <string>
#include <vector>

#include "aws/codec.h"
#include "aws/json_reader.h"
#include "aws/json_writer.h"
#include "aws/pattern.h"
#include "aws/slot.h"

namespace fogbank::aws {
namespace {

// AWS stops counting here.
constexpr std::size_t kViolationsMax = 10;

// Where the walk is, as a list on the stack: rendered only when something is wrong.
struct Path {
  enum class Kind : uint8_t { kRoot, kMember, kIndex, kKey };
  const Path* parent = nullptr;
  Kind kind = Kind::kRoot;
  std::string_view name = {};
  uint32_t index = 0;
};

// "requestItems.name.member.1.member.putRequest"
void append_path(const Path& path, std::string& out) {
  if (path.kind == Path::Kind::kRoot) return;
  append_path(*path.parent, out);
  if (!out.empty()) out += '.';
  switch (path.kind) {
    case Path::Kind::kRoot:
      return;
    case Path::Kind::kMember: {
      const std::size_t start = out.size();
      out += path.name;
      if (out[start] >= 'A' && out[start] <= 'Z') out[start] = static_cast<char>(out[start] + 32);
      return;
    }
    case Path::Kind::kIndex:
      append_number(int64_t{path.index} + 1, out);
      out += ".member";
      return;
    case Path::Kind::kKey:
      out += path.name;
      out += ".member";
      return;
  }
}

class Validation final {
 public:
  explicit Validation(const ServiceModel& service) : service_(service) {}

  void structure(const Type& type, const std::byte* at, const Path& path) {
    for (const Field& field : service_.fields_of(type)) {
      const Type& member = service_.types[field.type];
      const Path here = {&path, Path::Kind::kMember, service_.text(field.name)};
      const std::byte* slot = at + field.offset;
      if (is_present(member, slot)) {
        value(member, slot, SlotKind::kMember, here, field.has(Field::kSensitive));
      } else if (field.has(Field::kRequired)) {
        violated("null", here, "Member must not be null");
      }
      if (violations_.size() >= kViolationsMax) return;
    }
  }

  [[nodiscard]] core::Result<void, AwsError> result() const {
    if (violations_.empty()) return {};
    std::string message = std::to_string(violations_.size());
    message += violations_.size() == 1 ? " validation error detected: "
                                       : " validation errors "
                                         "detected: ";
    for (std::size_t i = 0; i < violations_.size(); ++i) {
      if (i > 0) message += "; ";
      message += violations_[i];
    }
    return AwsError{.code = "ValidationException", .message = std::move(message)};
  }

 private:
  void value(const Type& type, const std::byte* slot, SlotKind kind, const Path& path,
             bool is_sensitive) {
    const bool is_hidden = is_sensitive || type.has(Type::kSensitive);
    switch (type.kind) {
      case Kind::kString:
        return text(type, load<Text>(slot), path, is_hidden);
      case Kind::kBlob:
        return length(type, load<Text>(slot).size(), hidden(), path);
      case Kind::kInteger:
        return number(type, *load_scalar<int32_t>(slot, kind), path, is_hidden);
      case Kind::kLong:
        return number(type, *load_scalar<int64_t>(slot, kind), path, is_hidden);
      case Kind::kStructure:
        return structure(type, load_structure(slot, kind), path);
      case Kind::kList:
        return list(type, load<RawList>(slot), path, is_hidden);
      case Kind::kMap:
        return map(type, load<RawList>(slot), path, is_hidden);
      default:
        return;
    }
  }

  const Constraint* constraint_of(const Type& type) const {
    return type.constraint == kNoIndex ? nullptr : &service_.constraints[type.constraint];
  }

  static std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }
  static std::string hidden() { return {}; }

  // `value_text` is empty when the value is not shown.
  void violated(std::string_view value_text, const Path& path, std::string_view constraint) {
    if (violations_.size() >= kViolationsMax) return;
    std::string out = "Value ";
    if (!value_text.empty()) out.append(value_text).append(" ");
    out += "at '";
    std::string rendered;
    append_path(path, rendered);
    out.append(rendered).append("' failed to satisfy constraint: ").append(constraint);
    violations_.push_back(std::move(out));
  }

  static std::string at_least(int64_t bound, std::string_view what) {
    return "Member must have " + std::string(what) + " greater than or equal to " +
           std::to_string(bound);
  }
  static std::string at_most(int64_t bound, std::string_view what) {
    return "Member must have " + std::string(what) + " less than or equal to " +
           std::to_string(bound);
  }

  void length(const Type& type, std::size_t size, const std::string& shown, const Path& path) {
    const Constraint* constraint = constraint_of(type);
    if (constraint == nullptr) return;
    const auto count = static_cast<int64_t>(size);
    if (constraint->has(Constraint::kMin) && count < constraint->min) {
      violated(shown, path, at_least(constraint->min, "length"));
    }
    if (constraint->has(Constraint::kMax) && count > constraint->max) {
      violated(shown, path, at_most(constraint->max, "length"));
    }
  }

  void number(const Type& type, int64_t given, const Path& path, bool is_hidden) {
    const Constraint* constraint = constraint_of(type);
    if (constraint == nullptr) return;
    const std::string shown = is_hidden ? hidden() : quoted(std::to_string(given));
    if (constraint->has(Constraint::kMin) && given < constraint->min) {
      violated(shown, path, at_least(constraint->min, "value"));
    }
    if (constraint->has(Constraint::kMax) && given > constraint->max) {
      violated(shown, path, at_most(constraint->max, "value"));
    }
  }

  void text(const Type& type, const Text& given, const Path& path, bool is_hidden) {
    if (!given.has_value()) return violated("null", path, "Member must not be null");
    const Constraint* constraint = constraint_of(type);
    if (constraint == nullptr) return;
    const std::string shown = is_hidden ? hidden() : quoted(given);
    length(type, count_characters(given), shown, path);
    const std::string_view pattern = service_.text(constraint->pattern);
    if (!pattern.empty() && match_pattern(pattern, given) == PatternMatch::kNo) {
      violated(shown, path,
               "Member must satisfy regular expression pattern: " + std::string(pattern));
    }
    if (constraint->enum_count > 0 && !is_enum_value(*constraint, given)) {
      violated(shown, path,
               "Member must satisfy enum value set: [" + enum_values(*constraint) + "]");
    }
  }

  std::span<const PoolText> values_of(const Constraint& constraint) const {
    return service_.enums.subspan(constraint.first_enum, constraint.enum_count);
  }

  bool is_enum_value(const Constraint& constraint, std::string_view given) const {
    for (const PoolText each : values_of(constraint)) {
      if (service_.text(each) == given) return true;
    }
    return false;
  }

  std::string enum_values(const Constraint& constraint) const {
    std::string out;
    for (const PoolText each : values_of(constraint)) {
      if (!out.empty()) out += ", ";
      out += service_.text(each);
    }
    return out;
  }

  // AWS shows lists of texts; of what is larger only where it is.
  std::string shown_list(const Type& type, const RawList& all, bool is_hidden) const {
    if (is_hidden) return hidden();
    if (all.count == 0) return type.kind == Kind::kMap ? "'{}'" : "'[]'";
    if (type.kind == Kind::kMap || service_.types[type.element].kind != Kind::kString) {
      return hidden();
    }
    std::string out = "'[";
    for (uint32_t i = 0; i < all.count; ++i) {
      if (i > 0) out += ", ";
      out += load<Text>(all.at + std::size_t{i} * type.bytes).view();
    }
    return out + "]'";
  }

  void list(const Type& type, const RawList& all, const Path& path, bool is_hidden) {
    length(type, all.count, shown_list(type, all, is_hidden), path);
    const Type& element = service_.types[type.element];
    for (uint32_t i = 0; i < all.count && violations_.size() < kViolationsMax; ++i) {
      const Path here = {&path, Path::Kind::kIndex, {}, i};
      value(element, all.at + std::size_t{i} * type.bytes, SlotKind::kElement, here, is_hidden);
    }
  }

  void map(const Type& type, const RawList& all, const Path& path, bool is_hidden) {
    length(type, all.count, shown_list(type, all, is_hidden), path);
    const Type& element = service_.types[type.element];
    bool has_bad_key = false;
    for (uint32_t i = 0; i < all.count && violations_.size() < kViolationsMax; ++i) {
      const std::byte* entry = all.at + std::size_t{i} * type.bytes;
      has_bad_key = has_bad_key || !is_right_key(service_.types[type.key], load<Text>(entry));
      const Path here = {&path, Path::Kind::kKey, load<Text>(entry).view()};
      value(element, entry + type.value_offset, SlotKind::kElement, here, is_hidden);
    }
    if (has_bad_key) {
      violated(
          hidden(), path,
          "Map keys must satisfy constraint: [" + key_constraints(service_.types[type.key]) + "]");
    }
  }

  bool is_right_key(const Type& type, std::string_view key) const {
    Validation alone(service_);
    alone.text(type, Text(key), Path{}, false);
    return alone.violations_.empty();
  }

  std::string key_constraints(const Type& type) const {
    const Constraint& constraint = *constraint_of(type);
    std::string out;
    const auto add = [&](const std::string& text) {
      if (!out.empty()) out += ", ";
      out += text;
    };
    if (constraint.has(Constraint::kMax)) add(at_most(constraint.max, "length"));
    if (constraint.has(Constraint::kMin)) add(at_least(constraint.min, "length"));
    if (constraint.pattern.bytes > 0) {
      add("Member must satisfy regular expression pattern: " +
          std::string(service_.text(constraint.pattern)));
    }
    if (constraint.enum_count > 0) {
      add("Member must satisfy enum value set: [" + enum_values(constraint) + "]");
    }
    return out;
  }

  const ServiceModel& service_;
  std::vector<std::string> violations_;
};

}  // namespace

core::Result<void, AwsError> validate(const ServiceModel& service, const OperationModel& operation,
                                      const void* input) {
  if (service.validation == ValidationStyle::kNone || operation.input == kNoType) return {};
  Validation walk(service);
  walk.structure(service.types[operation.input], static_cast<const std::byte*>(input), Path{});
  return walk.result();
}

}  // namespace fogbank::aws
