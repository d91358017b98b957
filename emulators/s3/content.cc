#include "emulators/s3/content.h"

#include <algorithm>
#include <string>

#include "core/bytes.h"
#include "core/check.h"
#include "emulators/s3/limits.h"

namespace fogbank::emulators::s3 {
namespace {

// Kinds of garbage. Reach disk: never renumber.
//   "Sgm" manifest handle -> index of the segment that is given back next
//   "Sgp" parts id        -> "": parts of an upload that has ended
//   "Sgu" bucket id       -> "": uploads into a bucket that is gone
constexpr std::string_view kGarbage = "Sg";
constexpr std::string_view kManifestGarbage = "Sgm";
constexpr std::string_view kPartsGarbage = "Sgp";
constexpr std::string_view kUploadsGarbage = "Sgu";

void add_manifest_owner(storage::Transaction& txn, const Handle& handle) {
  const std::string key = owners_key(handle);
  const auto owners = txn.get(key);
  std::string value;
  core::ByteWriter(value).u32((owners ? core::ByteReader(*owners).u32() : 1) + 1);
  txn.put(key, value);
}

enum class Owners : uint8_t { kLeft, kNone };

Owners drop_manifest_owner(storage::Transaction& txn, const Handle& handle) {
  const std::string key = owners_key(handle);
  const auto owners = txn.get(key);
  if (!owners) return Owners::kNone;
  const uint32_t left = core::ByteReader(*owners).u32() - 1;
  if (left <= 1) {
    txn.erase(key);
    return Owners::kLeft;
  }
  std::string value;
  core::ByteWriter(value).u32(left);
  txn.put(key, value);
  return Owners::kLeft;
}

std::string numbered(std::string_view kind, uint64_t number) {
  std::string key(kind);
  core::ByteWriter(key).u64(number);
  return key;
}

// The next key and value that begin with `prefix`.
struct Found {
  std::string key;
  std::string value;
};
std::optional<Found> first_with(storage::Transaction& txn, std::string_view prefix) {
  storage::Cursor cursor(txn);
  if (!cursor.seek(prefix) || !cursor.key().starts_with(prefix)) return std::nullopt;
  return Found{std::string(cursor.key()), std::string(cursor.value())};
}

void drop_owner(storage::Transaction& txn, const Segment& segment) {
  if (!segment.is_inline()) txn.release_blob(segment.blob.blob());
}

// Each gives back what `left` allows and answers whether the whole is gone.
bool collect_manifest(storage::Transaction& txn, const Found& garbage, std::size_t& left) {
  const std::string record_key =
      manifest_key(Handle::of(std::string_view(garbage.key).substr(kManifestGarbage.size())));
  const auto stored = txn.get(record_key);
  if (!stored) return true;
  const std::string record(*stored);
  const auto manifest = Manifest::parse(record);
  uint32_t next = core::ByteReader(garbage.value).u32();
  for (; manifest && next < manifest->segment_count() && left > 0; ++next, --left) {
    drop_owner(txn, manifest->segment(next));
  }
  if (manifest && next < manifest->segment_count()) {
    std::string value;
    core::ByteWriter(value).u32(next);
    txn.put(garbage.key, value);
    return false;
  }
  txn.erase(record_key);
  return true;
}

bool collect_parts(storage::Transaction& txn, const Found& garbage, std::size_t& left) {
  core::ByteReader id(std::string_view(garbage.key).substr(kPartsGarbage.size()));
  const std::string prefix = parts_prefix({id.u64()});
  while (left > 0) {
    const auto found = first_with(txn, prefix);
    if (!found) return true;
    if (const auto part = decode_part(found->value)) {
      drop_owners(txn, part->pieces);
      left -= std::min(left, part->pieces.segments.size());
    }
    left -= std::min<std::size_t>(left, 1);
    txn.erase(found->key);
  }
  return false;
}

bool collect_uploads(storage::Transaction& txn, const Found& garbage, std::size_t& left) {
  core::ByteReader id(std::string_view(garbage.key).substr(kUploadsGarbage.size()));
  const std::string prefix = uploads_prefix({id.u64()});
  for (; left > 0; --left) {
    const auto found = first_with(txn, prefix);
    if (!found) return true;
    if (const auto upload = decode_upload(found->value)) discard_parts(txn, upload->parts);
    txn.erase(found->key);
  }
  return false;
}

}  // namespace

Content take_upload(Call& call) {
  core::check(call.upload != nullptr, "a streaming operation has an upload");
  if (!call.upload->blob)
    return {.kind = Content::Kind::kInline, .bytes = call.upload->inline_bytes};
  call.txn.adopt_blob(*call.upload->blob);
  return {.kind = Content::Kind::kBlob, .handle = Handle::of(*call.upload->blob)};
}

void add_owner(storage::Transaction& txn, const Content& content) {
  if (content.kind == Content::Kind::kBlob) txn.adopt_blob(content.handle.blob());
  if (content.kind == Content::Kind::kManifest) add_manifest_owner(txn, content.handle);
}

void drop_owner(storage::Transaction& txn, const Content& content) {
  if (content.kind == Content::Kind::kBlob) txn.release_blob(content.handle.blob());
  if (content.kind != Content::Kind::kManifest) return;
  if (drop_manifest_owner(txn, content.handle) == Owners::kLeft) return;
  std::string next_segment;
  core::ByteWriter(next_segment).u32(0);
  txn.put(std::string(kManifestGarbage).append(content.handle.view()), next_segment);
}

void add_owners(storage::Transaction& txn, const Pieces& pieces) {
  for (const Segment& segment : pieces.segments) {
    if (!segment.is_inline()) txn.adopt_blob(segment.blob.blob());
  }
}

void drop_owners(storage::Transaction& txn, const Pieces& pieces) {
  for (const Segment& segment : pieces.segments) drop_owner(txn, segment);
}

bool append_range(storage::Transaction& txn, const Content& content, const ByteRange& range,
                  Pieces& to) {
  switch (content.kind) {
    case Content::Kind::kInline:
      if (range.bytes == 0) return true;
      to.segments.push_back({{}, to.inline_bytes.size(), range.bytes});
      to.inline_bytes += std::string_view(content.bytes).substr(range.first, range.bytes);
      return true;
    case Content::Kind::kBlob:
      to.segments.push_back({content.handle, range.first, range.bytes});
      return true;
    case Content::Kind::kManifest:
      break;
  }
  const auto record = txn.get(manifest_key(content.handle));
  const auto manifest = record ? Manifest::parse(*record) : std::nullopt;
  if (!manifest) return false;
  manifest->append_range(range, to);
  return true;
}

void discard_parts(storage::Transaction& txn, PartsId parts) {
  txn.put(numbered(kPartsGarbage, parts.number), "");
}

void discard_uploads(storage::Transaction& txn, BucketId bucket) {
  txn.put(numbered(kUploadsGarbage, bucket.number), "");
}

void collect_garbage(storage::Transaction& txn) {
  std::size_t left = kReleasesPerCallMax;
  while (left > 0) {
    const auto garbage = first_with(txn, kGarbage);
    if (!garbage) return;
    bool is_gone = true;  // also of a kind that this version does not know
    if (garbage->key.starts_with(kManifestGarbage)) is_gone = collect_manifest(txn, *garbage, left);
    if (garbage->key.starts_with(kPartsGarbage)) is_gone = collect_parts(txn, *garbage, left);
    if (garbage->key.starts_with(kUploadsGarbage)) is_gone = collect_uploads(txn, *garbage, left);
    if (is_gone) txn.erase(garbage->key);
    left -= std::min<std::size_t>(left, 1);
  }
}

}  // namespace fogbank::emulators::s3
