#include "emulators/s3/tagging.h"

#include <utility>
#include <vector>

#include "emulators/s3/object_store.h"
#include "emulators/s3/screen.h"
#include "emulators/s3/tags.h"

namespace fogbank::emulators::s3 {
namespace {

template <class Input>
std::optional<AwsError> replace_object_tags(Call& call, const Input& in, std::vector<Tag> tags) {
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  auto object = find_object(call, bucket->id, in.key);
  if (!object) return object.error();
  object->tags = std::move(tags);
  rewrite_object(call, bucket->id, in.key, *object);
  return std::nullopt;
}

template <class Input>
std::optional<AwsError> replace_bucket_tags(Call& call, const Input& in, std::vector<Tag> tags) {
  auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  bucket->tags = std::move(tags);
  call.txn.put(bucket_key(place_of(call, in.bucket)), encode(*bucket));
  return std::nullopt;
}

}  // namespace

Reply<api::PutObjectTaggingOutput> put_object_tagging(Call& call,
                                                      const api::PutObjectTaggingInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  if (!in.tagging || !in.tagging->tag_set) return malformed_xml();
  auto tags = read_tags(in.tagging->tag_set, Tagged::kObject);
  if (!tags) return tags.error();
  if (auto error = replace_object_tags(call, in, std::move(*tags))) return std::move(*error);
  return api::PutObjectTaggingOutput{};
}

Reply<api::GetObjectTaggingOutput> get_object_tagging(Call& call,
                                                      const api::GetObjectTaggingInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  const auto object = find_object(call, bucket->id, in.key);
  if (!object) return object.error();
  return api::GetObjectTaggingOutput{.tag_set = show_tags(call.arena, object->tags)};
}

Reply<api::DeleteObjectTaggingOutput> delete_object_tagging(
    Call& call, const api::DeleteObjectTaggingInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  if (auto error = replace_object_tags(call, in, {})) return std::move(*error);
  return api::DeleteObjectTaggingOutput{};
}

Reply<api::PutBucketTaggingOutput> put_bucket_tagging(Call& call,
                                                      const api::PutBucketTaggingInput& in) {
  if (!in.tagging || !in.tagging->tag_set) return malformed_xml();
  auto tags = read_tags(in.tagging->tag_set, Tagged::kBucket);
  if (!tags) return tags.error();
  if (auto error = replace_bucket_tags(call, in, std::move(*tags))) return std::move(*error);
  call.status = 204;  // API Reference, PutBucketTagging, sample response
  return api::PutBucketTaggingOutput{};
}

Reply<api::GetBucketTaggingOutput> get_bucket_tagging(Call& call,
                                                      const api::GetBucketTaggingInput& in) {
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  if (bucket->tags.empty()) {
    return no_such_configuration("NoSuchTagSet", "The TagSet does not exist", in.bucket);
  }
  return api::GetBucketTaggingOutput{.tag_set = show_tags(call.arena, bucket->tags)};
}

Reply<api::DeleteBucketTaggingOutput> delete_bucket_tagging(
    Call& call, const api::DeleteBucketTaggingInput& in) {
  if (auto error = replace_bucket_tags(call, in, {})) return std::move(*error);
  return api::DeleteBucketTaggingOutput{};
}

}  // namespace fogbank::emulators::s3
