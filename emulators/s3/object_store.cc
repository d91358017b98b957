#include "emulators/s3/object_store.h"

#include <string>

#include "emulators/s3/content.h"

namespace fogbank::emulators::s3 {
namespace {

void drop_content(Call& call, std::string_view stored_key) {
  const auto stored = call.txn.get(stored_key);
  const auto object = stored ? decode_object(*stored) : std::nullopt;
  if (object) drop_owner(call.txn, object->content);
}

}  // namespace

std::optional<AwsError> check_write(Call& call, BucketId bucket, std::string_view key,
                                    const WriteConditions& conditions) {
  if (!conditions.if_match && !conditions.if_none_match) return std::nullopt;
  const auto stored = call.txn.get(object_key(bucket, key));
  if (!stored) return check_write(conditions, key, nullptr);
  const auto existing = decode_object_summary(*stored);
  if (!existing) return internal_error();
  return check_write(conditions, key, &*existing);
}

void write_object(Call& call, BucketId bucket, std::string_view key, const ObjectRecord& object) {
  const std::string stored_key = object_key(bucket, key);
  drop_content(call, stored_key);
  call.txn.put(stored_key, encode(object));
  collect_garbage(call.txn);
}

void rewrite_object(Call& call, BucketId bucket, std::string_view key, const ObjectRecord& object) {
  call.txn.put(object_key(bucket, key), encode(object));
}

void remove_object(Call& call, BucketId bucket, std::string_view key) {
  const std::string stored_key = object_key(bucket, key);
  drop_content(call, stored_key);
  call.txn.erase(stored_key);
  collect_garbage(call.txn);
}

std::string_view quoted_e_tag(Call& call, std::string_view e_tag) {
  std::string quoted = "\"";
  quoted.append(e_tag).append("\"");
  return call.keep(quoted);
}

aws::Timestamp shown_time(int64_t ms) { return {ms / 1000 * 1000}; }

}  // namespace fogbank::emulators::s3
