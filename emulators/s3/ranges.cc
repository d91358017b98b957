#include "emulators/s3/ranges.h"

#include <algorithm>

#include "core/text.h"

namespace fogbank::emulators::s3 {

RangeOutcome parse_range(std::string_view header, uint64_t object_bytes) {
  constexpr std::string_view kUnit = "bytes=";
  header = core::trim(header);
  if (!core::equals_ignoring_case(header.substr(0, kUnit.size()), kUnit)) return {};
  header = core::trim(header.substr(kUnit.size()));
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos) return {};
  const std::string_view first_text = header.substr(0, dash);
  const std::string_view last_text = header.substr(dash + 1);
  const auto last = core::parse_number<uint64_t>(last_text);
  if (first_text.empty()) {  // the last so many bytes
    if (!last) return {};
    const uint64_t bytes = std::min(*last, object_bytes);
    if (bytes == 0) return {.kind = RangeKind::kUnsatisfiable};
    return {.kind = RangeKind::kPart, .range = {object_bytes - bytes, bytes}};
  }
  const auto first = core::parse_number<uint64_t>(first_text);
  if (!first || (!last && !last_text.empty())) return {};
  if (last && *last < *first) return {};
  if (*first >= object_bytes) return {.kind = RangeKind::kUnsatisfiable};
  const uint64_t end = last ? std::min(*last, object_bytes - 1) : object_bytes - 1;
  return {.kind = RangeKind::kPart, .range = {*first, end - *first + 1}};
}

std::string content_range(const ByteRange& range, uint64_t object_bytes) {
  return "bytes " + std::to_string(range.first) + "-" +
         std::to_string(range.first + range.bytes - 1) + "/" + std::to_string(object_bytes);
}

}  // namespace fogbank::emulators::s3
