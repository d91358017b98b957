#include "aws/wire_scalar.h"

#include <charconv>
#include <limits>
#include <optional>

#include "aws/base64.h"
#include "aws/timestamp.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

std::optional<double> parse_floating(std::string_view text) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return kInfinity;
  if (text == "-Infinity") return -kInfinity;
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  // from_chars also takes "inf" and "nan", which are nobody's form.
  if (number - number != 0) return std::nullopt;
  return number;
}

template <class T>
bool stored(std::byte* slot, SlotKind kind, const std::optional<T>& value) {
  if (value) store_scalar(slot, kind, *value);
  return value.has_value();
}

bool read_blob(std::string_view text, std::byte* slot, core::Arena& arena) {
  auto* to = static_cast<char*>(arena.allocate(base64_bytes_max(text.size()) + 1, 1));
  std::size_t bytes = 0;
  if (decode_base64(text, to, bytes) != Base64Fault::kNone) return false;
  store(slot, Text(std::string_view(to, bytes)));
  return true;
}

}  // namespace

bool read_scalar(const Type& type, std::string_view text, std::byte* slot, SlotKind kind,
                 core::Arena& arena) {
  // White space around anything but strings is nothing.
  const std::string_view bare = core::trim(text);
  switch (type.kind) {
    case Kind::kBoolean: {
      const bool is_true = core::equals_ignoring_case(bare, "true");
      if (!is_true && !core::equals_ignoring_case(bare, "false")) return false;
      store_scalar(slot, kind, is_true);
      return true;
    }
    case Kind::kInteger:
      return stored(slot, kind, core::parse_number<int32_t>(bare));
    case Kind::kLong:
      return stored(slot, kind, core::parse_number<int64_t>(bare));
    case Kind::kFloat:
    case Kind::kDouble:
      return stored(slot, kind, parse_floating(bare));
    case Kind::kString:
      store(slot, Text(text));
      return true;
    case Kind::kBlob:
      return read_blob(bare, slot, arena);
    case Kind::kTimestamp:
      return stored(slot, kind, parse_timestamp(bare));
    default:
      return false;
  }
}

}  // namespace fogbank::aws
