#include "emulators/s3/buckets.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/text.h"
#include "emulators/s3/content.h"
#include "emulators/s3/limits.h"
#include "emulators/s3/names.h"
#include "emulators/s3/tags.h"

namespace fogbank::emulators::s3 {
namespace {

constexpr std::string_view kClassicRegion = "us-east-1";

// What a bucket here cannot be: with ACLs, Object Lock, or of another type.
std::optional<AwsError> check_kind(const api::CreateBucketInput& in) {
  const bool has_grant = in.grant_full_control || in.grant_read || in.grant_read_acp ||
                         in.grant_write || in.grant_write_acp;
  if (has_grant || (in.acl && !(in.acl == "private"))) return bucket_acl_not_supported();
  if (in.object_ownership && !(in.object_ownership == "BucketOwnerEnforced")) {
    return not_implemented("x-amz-object-ownership");
  }
  if (in.object_lock_enabled_for_bucket.value_or(false)) {
    return not_implemented("x-amz-bucket-object-lock-enabled");
  }
  if (in.bucket_namespace && !(in.bucket_namespace == "global")) {
    return not_implemented("x-amz-bucket-namespace");
  }
  if (const auto config = in.create_bucket_configuration) {
    if (config->location) return not_implemented("Location");
    if (config->bucket) return not_implemented("Bucket");
  }
  return std::nullopt;
}

// Where the bucket shall live. Only the endpoint of us-east-1 makes buckets elsewhere (API
// Reference, CreateBucket).
Found<aws::Region> read_region(const Call& call, std::string_view constraint) {
  const bool is_classic = call.region.text() == kClassicRegion;
  if (constraint.empty() && (is_classic || call.partition != "aws")) return call.region;
  if (constraint.empty()) return illegal_location_constraint(constraint);
  const auto region = aws::Region::parse(constraint == "EU" ? "eu-west-1" : constraint);
  if (!region || aws::partition_of(*region).name != call.partition) {
    return invalid_location_constraint(constraint);
  }
  if (is_classic) {
    if (region->text() == kClassicRegion) return invalid_location_constraint(constraint);
    return *region;
  }
  if (!(*region == call.region)) return illegal_location_constraint(constraint);
  return *region;
}

// Nothing: the name is free.
std::optional<Reply<api::CreateBucketOutput>> answer_existing(Call& call, std::string_view name) {
  const auto stored = call.txn.get(bucket_key(place_of(call, name)));
  if (!stored) return std::nullopt;
  const auto existing = decode_bucket(*stored);
  if (!existing) return internal_error();
  if (existing->account != call.account.text()) return bucket_already_exists(name);
  // A success there since before other regions were: API Reference, CreateBucket, Errors.
  const bool is_repeated =
      existing->region == kClassicRegion && call.region.text() == kClassicRegion;
  if (!is_repeated) return bucket_already_owned_by_you(name);
  return api::CreateBucketOutput{.location = call.keep("/" + std::string(name))};
}

bool has_bucket_quota(Call& call, std::string_view prefix) {
  std::size_t count = 0;
  storage::Cursor cursor(call.txn);
  for (bool found = cursor.seek(prefix); found && cursor.key().starts_with(prefix);
       found = cursor.next()) {
    if (++count >= kBucketsPerAccountMax) return false;
  }
  return true;
}

std::string location_of(const Call& call, std::string_view name, std::string_view region) {
  if (region == kClassicRegion) return "/" + std::string(name);
  const aws::Partition* partition = aws::partition_named(call.partition);
  return "http://" + std::string(name) + ".s3." +
         std::string(partition == nullptr ? "amazonaws.com" : partition->suffix) + "/";
}

}  // namespace

Reply<api::CreateBucketOutput> create_bucket(Call& call, const api::CreateBucketInput& in) {
  if (call.access_key_id.empty()) return access_denied();
  const std::string_view name = in.bucket;
  if (!is_bucket_name(name)) return invalid_bucket_name(name);
  if (auto error = check_kind(in)) return std::move(*error);
  const auto config = in.create_bucket_configuration;
  const std::string_view constraint = config ? config->location_constraint.view() : "";
  const auto region = read_region(call, constraint);
  if (!region) return region.error();
  auto tags = read_tags(config ? config->tags : aws::List<api::Tag>(), Tagged::kBucket);
  if (!tags) return tags.error();
  if (auto answer = answer_existing(call, name)) return std::move(*answer);
  const std::string by_account = account_buckets_prefix(call.partition, call.account.text());
  if (!has_bucket_quota(call, by_account)) return too_many_buckets();
  const BucketRecord record{.id = {call.random.number()},
                            .account = std::string(call.account.text()),
                            .region = std::string(region->text()),
                            .location_constraint = std::string(constraint),
                            .created_ms = call.now_ms,
                            .tags = std::move(*tags)};
  call.txn.put(bucket_key(place_of(call, name)), encode(record));
  call.txn.put(by_account + std::string(name), "");
  return api::CreateBucketOutput{.location = call.keep(location_of(call, name, record.region))};
}

Reply<api::HeadBucketOutput> head_bucket(Call& call, const api::HeadBucketInput& in) {
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  return api::HeadBucketOutput{.bucket_region = call.keep(bucket->region),
                               .access_point_alias = false};
}

Reply<api::GetBucketLocationOutput> get_bucket_location(Call& call,
                                                        const api::GetBucketLocationInput& in) {
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner, AnyRegion::kAllowed);
  if (!bucket) return bucket.error();
  api::GetBucketLocationOutput out;
  if (bucket->location_constraint == "EU") {
    out.location_constraint = "EU";
  } else if (bucket->region != kClassicRegion) {
    out.location_constraint = call.keep(bucket->region);
  }
  return out;
}

Reply<api::ListBucketsOutput> list_buckets(Call& call, const api::ListBucketsInput& in) {
  if (call.access_key_id.empty()) return access_denied();
  const int32_t max = in.max_buckets.value_or(kListBucketsMax);
  if (max < 1 || max > kListBucketsMax) {
    return invalid_argument("Argument max-buckets must be an integer between 1 and 10000",
                            "max-buckets", std::to_string(max));
  }
  const auto after = core::from_base64(in.continuation_token.view());
  const bool is_token =
      after && after->size() <= kBucketNameBytesMax && (!in.continuation_token || !after->empty());
  if (!is_token) {
    return invalid_argument("The continuation token provided is incorrect", "continuation-token",
                            in.continuation_token);
  }
  if (in.prefix.size() > kBucketNameBytesMax) return api::ListBucketsOutput{.prefix = in.prefix};
  // S3 tells a bucket's region only to those who page or filter.
  const bool shows_region =
      in.max_buckets || in.continuation_token || in.prefix || in.bucket_region;
  const std::string base = account_buckets_prefix(call.partition, call.account.text());
  const std::string first = base + in.prefix.str();
  api::ListBucketsOutput out{.buckets = aws::List<api::Bucket>::make(call.arena)};
  storage::Cursor cursor(call.txn);
  std::string last_name;
  bool found = cursor.seek(std::max(first, after->empty() ? base : base + *after + '\0'));
  for (; found && cursor.key().starts_with(first); found = cursor.next()) {
    const std::string name(cursor.key().substr(base.size()));
    const auto stored = call.txn.get(bucket_key(place_of(call, name)));
    const auto bucket = stored ? decode_bucket(*stored) : std::nullopt;
    if (!bucket) return internal_error();
    if (in.bucket_region && !(in.bucket_region == bucket->region)) continue;
    if (out.buckets.size() == static_cast<std::size_t>(max)) {
      out.continuation_token = call.keep(core::to_base64(last_name));
      break;
    }
    api::Bucket shown{.name = call.keep(name),
                      .creation_date = aws::Timestamp{bucket->created_ms / 1000 * 1000}};
    if (shows_region) shown.bucket_region = call.keep(bucket->region);
    out.buckets.append(call.arena, shown);
    last_name = name;
  }
  out.owner =
      aws::Ptr<api::Owner>::make(call.arena, {.id = call.keep(canonical_id(call.account.text()))});
  if (in.prefix) out.prefix = in.prefix;
  return out;
}

Reply<api::DeleteBucketOutput> delete_bucket(Call& call, const api::DeleteBucketInput& in) {
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  const std::string objects = objects_prefix(bucket->id);
  {
    storage::Cursor cursor(call.txn);
    if (cursor.seek(objects) && cursor.key().starts_with(objects)) {
      return bucket_not_empty(in.bucket);
    }
  }
  call.txn.erase(bucket_key(place_of(call, in.bucket)));
  call.txn.erase(account_buckets_prefix(call.partition, call.account.text()) + in.bucket.str());
  // Uploads that were never completed do not keep a bucket; they end with it.
  discard_uploads(call.txn, bucket->id);
  collect_garbage(call.txn);
  return api::DeleteBucketOutput{};
}

}  // namespace fogbank::emulators::s3
