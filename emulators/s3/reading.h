// What GetObject and HeadObject have in common: which bytes are asked for, under which conditions,
// and the headers that describe them.
#pragma once

#include <optional>
#include <string_view>

#include "aws/shape.h"
#include "emulators/s3/access.h"
#include "emulators/s3/checksums.h"
#include "emulators/s3/conditions.h"
#include "emulators/s3/metadata.h"
#include "emulators/s3/object_store.h"
#include "emulators/s3/ranges.h"
#include "emulators/s3/screen.h"

namespace fogbank::emulators::s3 {

// The bytes of the object that a request means.
struct Selection {
  ByteRange range = {};
  bool is_partial = false;                // answered with 206
  std::optional<Checksum> checksum = {};  // of exactly these bytes
};

struct SelectionWish {
  aws::Text range;
  aws::Opt<int32_t> part_number;
};
// InvalidRange, InvalidPartNumber; InvalidRequest of a range together with a part.
[[nodiscard]] Found<Selection> select(Call& call, const ObjectRecord& object,
                                      const SelectionWish& wish);

// PreconditionFailed or NotModified, which names the entity it speaks of.
[[nodiscard]] std::optional<AwsError> check_conditions(Call& call, const ReadConditions& conditions,
                                                       const ObjectSummary& object);

[[nodiscard]] std::string_view http_date(Call& call, aws::Timestamp moment);

struct Reading {
  ObjectRecord object;
  ByteRange range;
};

// The members response-content-type … of a request replace what the object says.
template <class Input, class Output>
void override_metadata(Call& call, const Input& in, Output& out) {
  const auto replace = [](const aws::Text& wish, aws::Text& to) {
    if (wish) to = wish;
  };
  replace(in.response_cache_control, out.cache_control);
  replace(in.response_content_disposition, out.content_disposition);
  replace(in.response_content_encoding, out.content_encoding);
  replace(in.response_content_language, out.content_language);
  replace(in.response_content_type, out.content_type);
  if (in.response_expires) out.expires = http_date(call, *in.response_expires);
}

// Finds the object and fills all of the answer but its body.
template <class Input, class Output>
Found<Reading> begin_reading(Call& call, const Input& in, Output& out) {
  if (auto error = screen(in)) return std::move(*error);
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  auto object = find_object(call, bucket->id, in.key);
  if (!object) return object.error();
  const ObjectSummary& summary = object->summary;
  const ReadConditions conditions{.if_match = in.if_match,
                                  .if_none_match = in.if_none_match,
                                  .if_modified_since = in.if_modified_since,
                                  .if_unmodified_since = in.if_unmodified_since};
  if (auto error = check_conditions(call, conditions, summary)) return std::move(*error);
  const auto selection = select(call, *object, {in.range, in.part_number});
  if (!selection) return selection.error();

  out.accept_ranges = "bytes";
  out.last_modified = shown_time(summary.modified_ms);
  out.e_tag = quoted_e_tag(call, summary.e_tag);
  out.content_length = static_cast<int64_t>(selection->range.bytes);
  if (selection->is_partial) {
    call.status = 206;
    out.content_range = call.keep(content_range(selection->range, summary.bytes));
  }
  if (summary.storage_class != "STANDARD") out.storage_class = call.keep(summary.storage_class);
  if (in.part_number && summary.part_count > 0) {
    out.parts_count = static_cast<int32_t>(summary.part_count);
  }
  if (!object->tags.empty()) out.tag_count = static_cast<int32_t>(object->tags.size());
  if (in.checksum_mode == "ENABLED" && selection->checksum) {
    show_checksum(call.arena, out, *selection->checksum, summary.part_count);
  }
  show_metadata(call.arena, object->metadata, out);
  override_metadata(call, in, out);
  return Reading{std::move(*object), selection->range};
}

}  // namespace fogbank::emulators::s3
