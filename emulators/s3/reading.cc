#include "emulators/s3/reading.h"

#include <string>
#include <utility>

#include "aws/timestamp.h"
#include "emulators/s3/limits.h"
#include "emulators/s3/manifest.h"

namespace fogbank::emulators::s3 {
namespace {

// If-Range is no member of the model, but who resumes a download relies on it (RFC 9110 section
// 13.1.5): of a changed object the range must not be served.
bool is_range_of_this(const Call& call, const ObjectSummary& object) {
  if (call.http == nullptr) return true;
  const auto header = call.http->header("if-range");
  if (!header) return true;
  if (header->starts_with('"') || header->starts_with("W/")) {
    return !header->starts_with("W/") && names_e_tag(*header, object.e_tag);
  }
  const auto moment = aws::parse_http_date(*header);
  return moment && moment->ms / 1000 == object.modified_ms / 1000;
}

Selection whole(const ObjectSummary& object) {
  return {.range = {0, object.bytes}, .checksum = object.checksum};
}

Found<Selection> select_part(Call& call, const ObjectRecord& object, int32_t number) {
  const ObjectSummary& summary = object.summary;
  if (number < 1 || number > kPartNumberMax) {
    return invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                            "partNumber", std::to_string(number));
  }
  if (summary.part_count == 0) {
    if (number > 1) return invalid_part_number(number, 1);
    Selection selection = whole(summary);
    selection.is_partial = summary.bytes > 0;
    return selection;
  }
  const auto record = call.txn.get(manifest_key(object.content.handle));
  const auto manifest = record ? Manifest::parse(*record) : std::nullopt;
  if (!manifest) return internal_error();
  for (uint32_t i = 0; i < manifest->part_count(); ++i) {
    const ManifestPart part = manifest->part(i);
    if (part.number != number) continue;
    Selection selection{.range = part.range, .is_partial = part.range.bytes > 0};
    if (summary.checksum && !part.checksum.empty()) {
      selection.checksum = Checksum{summary.checksum->algorithm, ChecksumType::kFullObject,
                                    std::string(part.checksum)};
    }
    return selection;
  }
  return invalid_part_number(number, manifest->part_count());
}

}  // namespace

Found<Selection> select(Call& call, const ObjectRecord& object, const SelectionWish& wish) {
  if (wish.range && wish.part_number) {
    return invalid_request("Cannot specify both Range header and partNumber query parameter");
  }
  if (wish.part_number) return select_part(call, object, *wish.part_number);
  if (!wish.range || !is_range_of_this(call, object.summary)) return whole(object.summary);
  const RangeOutcome outcome = parse_range(wish.range, object.summary.bytes);
  switch (outcome.kind) {
    case RangeKind::kWhole:
      break;
    case RangeKind::kUnsatisfiable:
      return invalid_range(wish.range, object.summary.bytes);
    case RangeKind::kPart: {
      Selection selection{.range = outcome.range, .is_partial = true};
      // S3 tells the object's checksum only with all of its bytes.
      if (outcome.range.bytes == object.summary.bytes) selection.checksum = object.summary.checksum;
      return selection;
    }
  }
  return whole(object.summary);
}

std::optional<AwsError> check_conditions(Call& call, const ReadConditions& conditions,
                                         const ObjectSummary& object) {
  auto error = check_read(conditions, object);
  if (error && error->status == 304) {
    call.extra_headers.emplace_back("ETag", "\"" + object.e_tag + "\"");
    call.extra_headers.emplace_back("Last-Modified",
                                    http_date(call, shown_time(object.modified_ms)));
  }
  return error;
}

std::string_view http_date(Call& call, aws::Timestamp moment) {
  std::string text;
  aws::append_http_date(moment, text);
  return call.keep(text);
}

}  // namespace fogbank::emulators::s3
