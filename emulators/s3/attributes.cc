#include "emulators/s3/attributes.h"

#include <string>
#include <utility>

#include "emulators/s3/checksums.h"
#include "emulators/s3/limits.h"
#include "emulators/s3/manifest.h"
#include "emulators/s3/object_store.h"
#include "emulators/s3/scan.h"
#include "emulators/s3/screen.h"

namespace fogbank::emulators::s3 {
namespace {

struct Wishes {
  bool e_tag = false;
  bool checksum = false;
  bool parts = false;
  bool storage_class = false;
  bool size = false;
};

Found<Wishes> read_wishes(const aws::List<aws::Text>& names) {
  Wishes wishes;
  for (const aws::Text& name : names) {
    bool* const wish = name == "ETag"           ? &wishes.e_tag
                       : name == "Checksum"     ? &wishes.checksum
                       : name == "ObjectParts"  ? &wishes.parts
                       : name == "StorageClass" ? &wishes.storage_class
                       : name == "ObjectSize"   ? &wishes.size
                                                : nullptr;
    if (wish == nullptr) {
      return invalid_argument("Invalid attribute name specified.", "x-amz-object-attributes", name);
    }
    *wish = true;
  }
  if (names.empty()) {
    return invalid_request(
        "The x-amz-object-attributes header specifying the attributes to be "
        "retrieved is either missing or empty");
  }
  return wishes;
}

// S3 lists the parts only when they have checksums; their number always.
Found<aws::Ptr<api::GetObjectAttributesParts>> show_parts(Call& call,
                                                          const api::GetObjectAttributesInput& in,
                                                          const ObjectRecord& object) {
  const auto limits = read_limits({.max = in.max_parts, .max_name = "x-amz-max-parts"});
  if (!limits) return limits.error();
  const auto record = call.txn.get(manifest_key(object.content.handle));
  const auto manifest = record ? Manifest::parse(*record) : std::nullopt;
  if (!manifest) return internal_error();
  auto out = aws::Ptr<api::GetObjectAttributesParts>::make(call.arena);
  out->total_parts_count = static_cast<int32_t>(manifest->part_count());
  const bool has_list =
      object.summary.checksum && object.summary.checksum->type == ChecksumType::kComposite;
  if (!has_list) return out;
  const int32_t after = in.part_number_marker.value_or(0);
  out->part_number_marker = after;
  out->max_parts = static_cast<int32_t>(limits->page);
  out->is_truncated = false;
  for (uint32_t i = 0; i < manifest->part_count(); ++i) {
    const ManifestPart part = manifest->part(i);
    if (part.number <= after) continue;
    if (out->parts.size() == limits->page) {
      out->is_truncated = true;
      break;
    }
    api::ObjectPart shown{.part_number = part.number,
                          .size = static_cast<int64_t>(part.range.bytes)};
    const Checksum checksum{object.summary.checksum->algorithm, ChecksumType::kFullObject,
                            std::string(part.checksum)};
    show_checksum(call.arena, shown, checksum, 0);
    out->parts.append(call.arena, shown);
    out->next_part_number_marker = part.number;
  }
  return out;
}

}  // namespace

Reply<api::GetObjectAttributesOutput> get_object_attributes(
    Call& call, const api::GetObjectAttributesInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  const auto wishes = read_wishes(in.object_attributes);
  if (!wishes) return wishes.error();
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  const auto object = find_object(call, bucket->id, in.key);
  if (!object) return object.error();
  const ObjectSummary& summary = object->summary;
  api::GetObjectAttributesOutput out{.last_modified = shown_time(summary.modified_ms)};
  if (wishes->e_tag) out.e_tag = call.keep(summary.e_tag);  // without quotes, unlike elsewhere
  if (wishes->storage_class) out.storage_class = call.keep(summary.storage_class);
  if (wishes->size) out.object_size = static_cast<int64_t>(summary.bytes);
  if (wishes->checksum && summary.checksum) {
    out.checksum = aws::Ptr<api::Checksum>::make(call.arena);
    show_checksum(call.arena, *out.checksum, *summary.checksum, summary.part_count);
  }
  if (wishes->parts && summary.part_count > 0) {
    const auto parts = show_parts(call, in, *object);
    if (!parts) return parts.error();
    out.object_parts = *parts;
  }
  return out;
}

}  // namespace fogbank::emulators::s3
