// The Range header and its answer (RFC 9110 section 14): one range of bytes per request, as S3
// serves it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulators/s3/manifest.h"

namespace fogbank::emulators::s3 {

enum class RangeKind : uint8_t {
  kWhole,          // no range that is understood: the whole object is the answer
  kPart,           // `range` is the answer
  kUnsatisfiable,  // the object has none of the bytes
};
struct RangeOutcome {
  RangeKind kind = RangeKind::kWhole;
  ByteRange range = {};
};

// Of "bytes=0-9", "bytes=10-" and "bytes=-5". Other units, several ranges and anything malformed
// are answered with the whole object, as RFC 9110 allows and S3 does.
[[nodiscard]] RangeOutcome parse_range(std::string_view header, uint64_t object_bytes);

// "bytes 0-9/100"
[[nodiscard]] std::string content_range(const ByteRange& range, uint64_t object_bytes);

}  // namespace fogbank::emulators::s3
