#include "emulators/s3/objects.h"

#include <algorithm>
#include <string>
#include <utility>

#include "emulators/s3/checksums.h"
#include "emulators/s3/content.h"
#include "emulators/s3/limits.h"
#include "emulators/s3/metadata.h"
#include "emulators/s3/object_store.h"
#include "emulators/s3/reading.h"
#include "emulators/s3/screen.h"
#include "emulators/s3/tags.h"

namespace fogbank::emulators::s3 {
namespace {

// What PutObject will store, all but the content.
Found<ObjectRecord> describe_upload(Call& call, const api::PutObjectInput& in) {
  const Upload& upload = *call.upload;
  if (upload.bytes > kPutBytesMax) return entity_too_large(upload.bytes, kPutBytesMax);
  const auto checksums = verify_upload(
      call, {.content_md5 = in.content_md5, .checksum_algorithm = in.checksum_algorithm});
  if (!checksums) return checksums.error();
  auto metadata = read_metadata(in);
  if (!metadata) return metadata.error();
  auto storage_class = read_storage_class(in.storage_class);
  if (!storage_class) return storage_class.error();
  auto tags = parse_tagging_header(in.tagging);
  if (!tags) return tags.error();
  return ObjectRecord{.summary = {.bytes = upload.bytes,
                                  .modified_ms = call.now_ms,
                                  .e_tag = upload.md5_hex,
                                  .storage_class = std::move(*storage_class),
                                  .checksum = checksum_to_keep(*checksums)},
                      .metadata = std::move(*metadata),
                      .tags = std::move(*tags)};
}

std::optional<AwsError> delete_one(Call& call, BucketId bucket, const api::ObjectIdentifier& one) {
  const std::string_view key = one.key;
  if (key.empty()) return malformed_xml();
  if (key.size() > kKeyBytesMax) return key_too_long(key.size());
  if (one.version_id) {
    if (auto error = screening::check_version(key, one.version_id)) return error;
  }
  // Conditions of directory buckets only (API Reference, DeleteObjects).
  if (one.last_modified_time) return not_implemented("LastModifiedTime");
  if (one.size) return not_implemented("Size");
  if (auto error = check_write(call, bucket, key, {.if_match = one.e_tag})) return error;
  remove_object(call, bucket, key);
  return std::nullopt;
}

}  // namespace

Reply<api::PutObjectOutput> put_object(Call& call, const api::PutObjectInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  auto object = describe_upload(call, in);
  if (!object) return object.error();
  const WriteConditions conditions{.if_match = in.if_match, .if_none_match = in.if_none_match};
  if (auto error = check_write(call, bucket->id, in.key, conditions)) return std::move(*error);
  object->content = take_upload(call);
  write_object(call, bucket->id, in.key, *object);
  api::PutObjectOutput out{.e_tag = quoted_e_tag(call, object->summary.e_tag)};
  if (object->summary.checksum) show_checksum(call.arena, out, *object->summary.checksum, 0);
  return out;
}

Reply<api::GetObjectOutput> get_object(Call& call, const api::GetObjectInput& in) {
  api::GetObjectOutput out;
  const auto reading = begin_reading(call, in, out);
  if (!reading) return reading.error();
  if (is_archive(reading->object.summary.storage_class)) {
    return invalid_object_state(reading->object.summary.storage_class);
  }
  Pieces pieces;
  if (!append_range(call.txn, reading->object.content, reading->range, pieces)) {
    return internal_error();
  }
  for (const Segment& segment : pieces.segments) {
    if (segment.is_inline()) {
      call.download.pieces.push_back(
          {{}, 0, segment.bytes, pieces.inline_bytes.substr(segment.offset, segment.bytes)});
    } else {
      call.download.pieces.push_back({segment.blob.blob(), segment.offset, segment.bytes});
    }
  }
  out.body.is_present = true;
  return out;
}

Reply<api::HeadObjectOutput> head_object(Call& call, const api::HeadObjectInput& in) {
  api::HeadObjectOutput out;
  const auto reading = begin_reading(call, in, out);
  if (!reading) return reading.error();
  return out;
}

Reply<api::DeleteObjectOutput> delete_object(Call& call, const api::DeleteObjectInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  // Conditions of directory buckets only (API Reference, DeleteObject).
  if (in.if_match_last_modified_time) return not_implemented("x-amz-if-match-last-modified-time");
  if (in.if_match_size) return not_implemented("x-amz-if-match-size");
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  if (auto error = check_write(call, bucket->id, in.key, {.if_match = in.if_match})) {
    return std::move(*error);
  }
  remove_object(call, bucket->id, in.key);
  return api::DeleteObjectOutput{};
}

Reply<api::DeleteObjectsOutput> delete_objects(Call& call, const api::DeleteObjectsInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  if (!in.delete_) return malformed_xml();
  const auto& objects = in.delete_->objects;
  if (objects.empty() || objects.size() > kDeleteKeysMax) return malformed_xml();
  const bool is_quiet = in.delete_->quiet.value_or(false);
  api::DeleteObjectsOutput out;
  for (const api::ObjectIdentifier& one : objects) {
    const auto error = delete_one(call, bucket->id, one);
    if (error) {
      out.errors.append(call.arena, {.key = one.key,
                                     .version_id = one.version_id,
                                     .code = call.keep(error->code),
                                     .message = call.keep(error->message)});
    } else if (!is_quiet) {
      out.deleted.append(call.arena, {.key = one.key, .version_id = one.version_id});
    }
  }
  return out;
}

}  // namespace fogbank::emulators::s3
