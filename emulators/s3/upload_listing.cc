#include "emulators/s3/upload_listing.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/text.h"
#include "emulators/s3/limits.h"
#include "emulators/s3/object_store.h"
#include "emulators/s3/scan.h"
#include "emulators/s3/screen.h"
#include "emulators/s3/uploads.h"

namespace fogbank::emulators::s3 {
namespace {

struct People {
  aws::Ptr<api::Owner> owner;
  aws::Ptr<api::Initiator> initiator;
};
// The account owns what it uploads, whoever of it asked.
People people_of(Call& call, const BucketRecord& bucket) {
  const auto id = call.keep(canonical_id(bucket.account));
  return {aws::Ptr<api::Owner>::make(call.arena, {.id = id}),
          aws::Ptr<api::Initiator>::make(call.arena, {.id = id})};
}

template <class Output>
void show_plan(const UploadRecord& upload, Output& out) {
  if (!upload.checksum_algorithm) return;
  out.checksum_algorithm = aws::checksum_algorithm_name(*upload.checksum_algorithm);
  out.checksum_type = checksum_type_name(upload.checksum_type);
}

void start(Scan& scan, const api::ListMultipartUploadsInput& in) {
  if (in.key_marker.empty()) return;
  if (in.upload_id_marker.empty()) {
    scan.start_after_marker(in.key_marker);
  } else {
    scan.start_after_upload(in.key_marker, in.upload_id_marker);
  }
}

// What the answer repeats of the request.
void repeat(Call& call, const api::ListMultipartUploadsInput& in, const ListLimits& limits,
            api::ListMultipartUploadsOutput& out) {
  out.bucket = in.bucket;
  out.key_marker = shown_key(call.arena, in.key_marker.view(), limits);
  out.upload_id_marker = in.upload_id_marker.value_or("");
  out.prefix = shown_key(call.arena, in.prefix.view(), limits);
  if (!in.delimiter.empty()) {
    out.delimiter = shown_key(call.arena, in.delimiter.view(), limits);
  }
  out.max_uploads = static_cast<int32_t>(limits.page);
  if (limits.is_encoded) out.encoding_type = "url";
  out.is_truncated = false;
}

std::optional<AwsError> list_page(Call& call, Scan& scan, const ListLimits& limits,
                                  const People& people, api::ListMultipartUploadsOutput& out) {
  std::size_t count = 0;
  std::string last_key;
  std::string last_id;
  while (limits.page > 0 && scan.next()) {
    if (count++ == limits.page) {
      out.is_truncated = true;
      out.next_key_marker = shown_key(call.arena, last_key, limits);
      out.next_upload_id_marker = call.keep(last_id);
      break;
    }
    last_key = scan.key();
    last_id = scan.is_common_prefix() ? std::string() : scan.upload_id();
    const std::string_view key = shown_key(call.arena, scan.key(), limits);
    if (scan.is_common_prefix()) {
      out.common_prefixes.append(call.arena, {.prefix = key});
      continue;
    }
    const auto upload = decode_upload(scan.value());
    if (!upload) return internal_error();
    api::MultipartUpload shown{.upload_id = call.keep(scan.upload_id()),
                               .key = key,
                               .initiated = shown_time(upload->initiated_ms),
                               .storage_class = call.keep(upload->storage_class),
                               .owner = people.owner,
                               .initiator = people.initiator};
    show_plan(*upload, shown);
    out.uploads.append(call.arena, shown);
  }
  return std::nullopt;
}

api::Part show_part(Call& call, uint16_t number, const PartRecord& part, aws::HashKind algorithm) {
  api::Part shown{.part_number = number,
                  .last_modified = shown_time(part.modified_ms),
                  .e_tag = quoted_e_tag(call, core::to_hex(part.md5)),
                  .size = static_cast<int64_t>(part.bytes)};
  const Checksum* checksum = find_checksum(part.checksums, algorithm);
  if (checksum != nullptr) show_checksum(call.arena, shown, *checksum, 0);
  return shown;
}

}  // namespace

Reply<api::ListMultipartUploadsOutput> list_multipart_uploads(
    Call& call, const api::ListMultipartUploadsInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  const auto limits = read_limits(
      {.max = in.max_uploads, .max_name = "maxUploads", .encoding_type = in.encoding_type});
  if (!limits) return limits.error();
  if (auto error = check_lengths({in.prefix, in.delimiter, in.key_marker})) {
    return std::move(*error);
  }
  if (in.upload_id_marker.size() > kUploadIdBytesMax) {
    return invalid_argument("Invalid uploadId marker", "upload-id-marker", in.upload_id_marker);
  }
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  api::ListMultipartUploadsOutput out;
  repeat(call, in, *limits, out);
  Scan scan(call.txn, {.what = Scanned::kUploads,
                       .bucket = bucket->id,
                       .prefix = in.prefix,
                       .delimiter = in.delimiter});
  start(scan, in);
  if (auto error = list_page(call, scan, *limits, people_of(call, *bucket), out)) {
    return std::move(*error);
  }
  return out;
}

Reply<api::ListPartsOutput> list_parts(Call& call, const api::ListPartsInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  const auto limits = read_limits({.max = in.max_parts, .max_name = "max-parts"});
  if (!limits) return limits.error();
  const int32_t after = in.part_number_marker.value_or(0);
  if (after < 0) {
    return invalid_argument(
        "Argument part-number-marker must be an integer between 0 and 2147483647",
        "part-number-marker", std::to_string(after));
  }
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  const auto upload = find_upload(call, {bucket->id, in.key, in.upload_id});
  if (!upload) return upload.error();
  const People people = people_of(call, *bucket);
  api::ListPartsOutput out{.bucket = in.bucket,
                           .key = in.key,
                           .upload_id = in.upload_id,
                           .part_number_marker = after,
                           .next_part_number_marker = 0,
                           .max_parts = static_cast<int32_t>(limits->page),
                           .is_truncated = false,
                           .initiator = people.initiator,
                           .owner = people.owner,
                           .storage_class = call.keep(upload->storage_class)};
  show_plan(*upload, out);
  const std::string prefix = parts_prefix(upload->parts);
  const auto first = static_cast<uint16_t>(std::min(after, kPartNumberMax) + 1);
  storage::Cursor cursor(call.txn);
  bool found = limits->page > 0 && cursor.seek(part_key(upload->parts, first));
  for (; found && cursor.key().starts_with(prefix); found = cursor.next()) {
    if (out.parts.size() == limits->page) {
      out.is_truncated = true;
      break;
    }
    const uint16_t number = part_number_of(cursor.key());
    const auto part = decode_part(cursor.value());
    if (!part) return internal_error();
    out.parts.append(call.arena, show_part(call, number, *part, object_algorithm(*upload)));
    out.next_part_number_marker = number;
  }
  return out;
}

}  // namespace fogbank::emulators::s3
