#include "emulators/s3/listing.h"

#include <optional>
#include <string>
#include <utility>

#include "core/text.h"
#include "emulators/s3/checksums.h"
#include "emulators/s3/object_store.h"
#include "emulators/s3/scan.h"
#include "emulators/s3/screen.h"

namespace fogbank::emulators::s3 {
namespace {

// The members that Object and ObjectVersion share.
template <class Entry>
Entry show(Call& call, const std::string& key, const ObjectSummary& object,
           const ListLimits& limits) {
  Entry entry;
  entry.key = shown_key(call.arena, key, limits);
  entry.last_modified = shown_time(object.modified_ms);
  entry.e_tag = quoted_e_tag(call, object.e_tag);
  entry.size = static_cast<int64_t>(object.bytes);
  entry.storage_class = call.keep(object.storage_class);
  if (object.checksum) {
    entry.checksum_algorithm.append(
        call.arena, aws::Text(aws::checksum_algorithm_name(object.checksum->algorithm)));
    entry.checksum_type = checksum_type_name(object.checksum->type);
  }
  return entry;
}

// Where a page ended: the last key or common prefix that it shows.
struct PageEnd {
  bool is_truncated = false;
  std::string last;
  bool is_common_prefix = false;
};

// One page into `entries` and `out.common_prefixes`. InternalError of a record that cannot be read.
template <class Entry, class Output>
Found<PageEnd> list_page(Call& call, Scan& scan, const ListLimits& limits, Output& out,
                         aws::List<Entry>& entries) {
  PageEnd end;
  std::size_t count = 0;
  while (limits.page > 0 && scan.next()) {
    if (count == limits.page) {
      end.is_truncated = true;
      return end;
    }
    ++count;
    end.last = scan.key();
    end.is_common_prefix = scan.is_common_prefix();
    if (scan.is_common_prefix()) {
      out.common_prefixes.append(call.arena, {.prefix = shown_key(call.arena, scan.key(), limits)});
      continue;
    }
    const auto object = decode_object_summary(scan.value());
    if (!object) return internal_error();
    entries.append(call.arena, show<Entry>(call, scan.key(), *object, limits));
  }
  return end;
}

// What a listing repeats of its request.
template <class Input, class Output>
void repeat(Call& call, const Input& in, const ListLimits& limits, Output& out) {
  out.name = in.bucket;
  out.prefix = shown_key(call.arena, in.prefix.view(), limits);
  if (in.delimiter && !in.delimiter.empty()) {
    out.delimiter = shown_key(call.arena, in.delimiter.view(), limits);
  }
  out.max_keys = static_cast<int32_t>(limits.page);
  if (limits.is_encoded) out.encoding_type = "url";
}

// What all three check: limits and the bucket.
struct Listing {
  BucketRecord bucket;
  ListLimits limits;
};
template <class Input>
Found<Listing> begin_listing(Call& call, const Input& in) {
  if (auto error = screen(in)) return std::move(*error);
  if (auto error = check_lengths({in.prefix, in.delimiter})) return std::move(*error);
  const auto limits =
      read_limits({.max = in.max_keys, .max_name = "maxKeys", .encoding_type = in.encoding_type});
  if (!limits) return limits.error();
  for (const aws::Text& wish : in.optional_object_attributes) {
    // No object here was restored from an archive, so there is nothing to tell of it.
    if (wish == "RestoreStatus") continue;
    return invalid_argument("Invalid attribute name specified.", "x-amz-optional-object-attributes",
                            wish);
  }
  auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  return Listing{std::move(*bucket), *limits};
}

template <class Input>
ScanWish scan_wish(const Listing& listing, const Input& in) {
  return {.bucket = listing.bucket.id, .prefix = in.prefix, .delimiter = in.delimiter};
}

aws::Ptr<api::Owner> owner_of(Call& call, const BucketRecord& bucket) {
  return aws::Ptr<api::Owner>::make(call.arena, {.id = call.keep(canonical_id(bucket.account))});
}

// A continuation token is base64 of 'k' and the last key, or of 'p' and the last common prefix.
std::string token_of(const PageEnd& end) {
  return core::to_base64((end.is_common_prefix ? "p" : "k") + end.last);
}
bool start_after_token(Scan& scan, std::string_view token) {
  const auto place = core::from_base64(token);
  if (!place || place->empty() || place->size() > kKeyBytesMax + 1) return false;
  const std::string_view last = std::string_view(*place).substr(1);
  if (place->front() == 'k') {
    scan.start_after_key(last);
  } else if (place->front() == 'p' && !last.empty()) {
    scan.start_after_prefix(last);
  } else {
    return false;
  }
  return true;
}

}  // namespace

Reply<api::ListObjectsOutput> list_objects(Call& call, const api::ListObjectsInput& in) {
  if (auto error = check_lengths({in.marker})) return std::move(*error);
  const auto listing = begin_listing(call, in);
  if (!listing) return listing.error();
  api::ListObjectsOutput out;
  repeat(call, in, listing->limits, out);
  out.marker = shown_key(call.arena, in.marker.view(), listing->limits);
  Scan scan(call.txn, scan_wish(*listing, in));
  if (!in.marker.empty()) scan.start_after_marker(in.marker);
  const auto end = list_page<api::Object>(call, scan, listing->limits, out, out.contents);
  if (!end) return end.error();
  const auto owner = owner_of(call, listing->bucket);
  for (api::Object& object : out.contents) object.owner = owner;
  out.is_truncated = end->is_truncated;
  if (end->is_truncated && out.delimiter) {
    out.next_marker = shown_key(call.arena, end->last, listing->limits);
  }
  return out;
}

Reply<api::ListObjectsV2Output> list_objects_v2(Call& call, const api::ListObjectsV2Input& in) {
  if (auto error = check_lengths({in.start_after})) return std::move(*error);
  const auto listing = begin_listing(call, in);
  if (!listing) return listing.error();
  api::ListObjectsV2Output out;
  repeat(call, in, listing->limits, out);
  if (in.start_after) {
    out.start_after = shown_key(call.arena, in.start_after.view(), listing->limits);
  }
  Scan scan(call.txn, scan_wish(*listing, in));
  if (in.continuation_token) {
    out.continuation_token = in.continuation_token;
    if (!start_after_token(scan, in.continuation_token)) {
      return invalid_argument("The continuation token provided is incorrect", "continuation-token",
                              in.continuation_token);
    }
  } else if (!in.start_after.empty()) {
    scan.start_after_marker(in.start_after);
  }
  const auto end = list_page<api::Object>(call, scan, listing->limits, out, out.contents);
  if (!end) return end.error();
  if (in.fetch_owner.value_or(false)) {
    const auto owner = owner_of(call, listing->bucket);
    for (api::Object& object : out.contents) object.owner = owner;
  }
  out.key_count = static_cast<int32_t>(out.contents.size() + out.common_prefixes.size());
  out.is_truncated = end->is_truncated;
  if (end->is_truncated) out.next_continuation_token = call.keep(token_of(*end));
  return out;
}

Reply<api::ListObjectVersionsOutput> list_object_versions(Call& call,
                                                          const api::ListObjectVersionsInput& in) {
  if (auto error = check_lengths({in.key_marker})) return std::move(*error);
  const bool has_version_marker = !in.version_id_marker.empty();
  if (has_version_marker && in.key_marker.empty()) {
    return invalid_argument("A version-id marker cannot be specified without a key marker.",
                            "version-id-marker", in.version_id_marker);
  }
  if (has_version_marker && !(in.version_id_marker == "null")) {
    return invalid_argument("Invalid version id specified", "version-id-marker",
                            in.version_id_marker);
  }
  const auto listing = begin_listing(call, in);
  if (!listing) return listing.error();
  api::ListObjectVersionsOutput out;
  repeat(call, in, listing->limits, out);
  out.key_marker = shown_key(call.arena, in.key_marker.view(), listing->limits);
  out.version_id_marker = in.version_id_marker.value_or("");
  Scan scan(call.txn, scan_wish(*listing, in));
  if (!in.key_marker.empty()) scan.start_after_marker(in.key_marker);
  const auto end = list_page<api::ObjectVersion>(call, scan, listing->limits, out, out.versions);
  if (!end) return end.error();
  const auto owner = owner_of(call, listing->bucket);
  for (api::ObjectVersion& version : out.versions) {
    version.version_id = "null";
    version.is_latest = true;
    version.owner = owner;
  }
  out.is_truncated = end->is_truncated;
  if (end->is_truncated) {
    out.next_key_marker = shown_key(call.arena, end->last, listing->limits);
    if (!end->is_common_prefix) out.next_version_id_marker = "null";
  }
  return out;
}

}  // namespace fogbank::emulators::s3
