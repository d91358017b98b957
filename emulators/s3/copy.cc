#include "emulators/s3/copy.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/text.h"
#include "emulators/s3/conditions.h"
#include "emulators/s3/content.h"
#include "emulators/s3/limits.h"
#include "emulators/s3/metadata.h"
#include "emulators/s3/object_store.h"
#include "emulators/s3/screen.h"
#include "emulators/s3/tags.h"
#include "emulators/s3/uploads.h"

namespace fogbank::emulators::s3 {
namespace {

constexpr std::string_view kSourceHeader = "x-amz-copy-source";

struct SourceName {
  std::string bucket;
  std::string key;
  std::string version;
};

// "bucket/key", percent-encoded, with a slash before and "?versionId=" behind it if need be.
Found<SourceName> parse_source(std::string_view header) {
  constexpr std::string_view kVersion = "?versionId=";
  SourceName name;
  if (const std::size_t at = header.rfind(kVersion); at != std::string_view::npos) {
    name.version = core::percent_decode(header.substr(at + kVersion.size()));
    header = header.substr(0, at);
  }
  std::string path = core::percent_decode(header);
  if (path.starts_with('/')) path.erase(0, 1);
  // An access point's ARN; those are not emulated.
  if (path.starts_with("arn:")) return not_implemented(kSourceHeader);
  const std::size_t slash = path.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == path.size()) {
    return invalid_argument(
        "Copy Source must mention the source bucket and key: sourcebucket/sourcekey", kSourceHeader,
        header);
  }
  name.bucket = path.substr(0, slash);
  name.key = path.substr(slash + 1);
  if (name.key.size() > kKeyBytesMax) return key_too_long(name.key.size());
  return name;
}

struct Source {
  SourceName name;
  ObjectRecord object;
};

// The source of CopyObject and UploadPartCopy, which may live in another region.
template <class Input>
Found<Source> find_source(Call& call, const Input& in) {
  auto name = parse_source(in.copy_source);
  if (!name) return name.error();
  if (!name->version.empty()) {
    if (auto error = screening::check_version(name->key, name->version)) return std::move(*error);
  }
  const auto bucket =
      find_bucket(call, name->bucket, in.expected_source_bucket_owner, AnyRegion::kAllowed);
  if (!bucket) return bucket.error();
  auto object = find_object(call, bucket->id, name->key);
  if (!object) return object.error();
  const ReadConditions conditions{.if_match = in.copy_source_if_match,
                                  .if_none_match = in.copy_source_if_none_match,
                                  .if_modified_since = in.copy_source_if_modified_since,
                                  .if_unmodified_since = in.copy_source_if_unmodified_since};
  if (auto error = check_copy_source(conditions, object->summary)) return std::move(*error);
  if (is_archive(object->summary.storage_class)) {
    return invalid_object_state(object->summary.storage_class);
  }
  return Source{std::move(*name), std::move(*object)};
}

enum class Directive : uint8_t { kCopy, kReplace };
Found<Directive> read_directive(const aws::Text& text, std::string_view header) {
  if (!text || text == "COPY") return Directive::kCopy;
  if (text == "REPLACE") return Directive::kReplace;
  return invalid_argument("Unknown directive.", header, text);
}

// The source's own checksum, unless another algorithm is wished. Bytes in blobs are not read
// here, so theirs must be known already.
Found<std::optional<Checksum>> checksum_of_copy(const aws::Text& algorithm,
                                                const ObjectRecord& source) {
  if (!algorithm) return source.summary.checksum;
  const auto kind = aws::parse_checksum_algorithm(algorithm);
  if (!kind) return not_implemented("x-amz-checksum-algorithm");
  const auto& kept = source.summary.checksum;
  if (kept && kept->algorithm == *kind && kept->type == ChecksumType::kFullObject) return kept;
  if (source.content.kind != Content::Kind::kInline) {
    return not_implemented("x-amz-checksum-algorithm");
  }
  return std::optional<Checksum>(
      Checksum{*kind, ChecksumType::kFullObject, aws::hash(*kind, source.content.bytes)});
}

// The object that the copy will be: the source's, with what the request changes.
Found<ObjectRecord> describe_copy(Call& call, const api::CopyObjectInput& in, const Source& source,
                                  bool is_onto_itself) {
  const auto metadata_directive = read_directive(in.metadata_directive, "x-amz-metadata-directive");
  if (!metadata_directive) return metadata_directive.error();
  const auto tagging_directive = read_directive(in.tagging_directive, "x-amz-tagging-directive");
  if (!tagging_directive) return tagging_directive.error();
  const bool is_changed = *metadata_directive == Directive::kReplace || in.storage_class ||
                          in.website_redirect_location || in.checksum_algorithm;
  if (is_onto_itself && !is_changed) {
    return invalid_request(
        "This copy request is illegal because it is trying to copy an object to itself without "
        "changing the object's metadata, storage class, website redirect location or encryption "
        "attributes.");
  }
  if (source.object.summary.bytes > kCopyBytesMax) {
    return invalid_request(
        "The specified copy source is larger than the maximum allowable size for a copy source: " +
        std::to_string(kCopyBytesMax));
  }
  ObjectRecord copy = source.object;
  copy.upload_id.clear();
  copy.summary.modified_ms = call.now_ms;
  auto storage_class = read_storage_class(in.storage_class);
  if (!storage_class) return storage_class.error();
  copy.summary.storage_class = std::move(*storage_class);
  const auto checksum = checksum_of_copy(in.checksum_algorithm, source.object);
  if (!checksum) return checksum.error();
  copy.summary.checksum = *checksum;
  auto metadata = read_metadata(in);
  if (!metadata) return metadata.error();
  // The redirect is never copied: API Reference, CopyObject, x-amz-website-redirect-location.
  copy.metadata.website_redirect_location = metadata->website_redirect_location;
  if (*metadata_directive == Directive::kReplace) copy.metadata = std::move(*metadata);
  if (*tagging_directive == Directive::kReplace) {
    auto tags = parse_tagging_header(in.tagging);
    if (!tags) return tags.error();
    copy.tags = std::move(*tags);
  }
  return copy;
}

// "bytes=first-last", both within the source.
Found<ByteRange> read_source_range(const aws::Text& header, uint64_t source_bytes) {
  if (!header) return ByteRange{0, source_bytes};
  constexpr std::string_view kUnit = "bytes=";
  const std::string_view text = header;
  const std::size_t dash = text.find('-');
  std::optional<uint64_t> first, last;
  if (text.starts_with(kUnit) && dash != std::string_view::npos) {
    first = core::parse_number<uint64_t>(text.substr(kUnit.size(), dash - kUnit.size()));
    last = core::parse_number<uint64_t>(text.substr(dash + 1));
  }
  if (!first || !last || *last < *first) {
    return invalid_argument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and "
        "last are the zero-based offsets of the first and last bytes to copy",
        "x-amz-copy-source-range", text);
  }
  if (*last >= source_bytes) {
    return invalid_argument(
        "Range specified is not valid for source object of size: " + std::to_string(source_bytes),
        "x-amz-copy-source-range", text);
  }
  return ByteRange{*first, *last - *first + 1};
}

// Digests of a range whose bytes are in blobs come from what the source already knows: the whole
// object's, or of a part of it a tag of our own, which names content as an MD5 would.
std::string md5_of_range(const ObjectRecord& source, const ByteRange& range, const Pieces& pieces) {
  constexpr std::size_t kMd5Digits = 32;
  if (source.content.kind == Content::Kind::kInline) {
    return aws::hash(aws::HashKind::kMd5, pieces.inline_bytes);
  }
  const bool is_whole = range.bytes == source.summary.bytes;
  if (is_whole && source.summary.e_tag.size() == kMd5Digits) {
    if (const auto md5 = core::from_hex(source.summary.e_tag)) return *md5;
  }
  return aws::hash(aws::HashKind::kMd5, source.summary.e_tag + " " + std::to_string(range.first) +
                                            "+" + std::to_string(range.bytes));
}

// NotImplemented when the upload needs a checksum that would take reading the bytes.
Found<std::vector<Checksum>> checksums_of_range(const UploadRecord& upload,
                                                const ObjectRecord& source, const ByteRange& range,
                                                const Pieces& pieces) {
  const aws::HashKind kind = object_algorithm(upload);
  std::vector<Checksum> checksums;
  const auto& kept = source.summary.checksum;
  if (source.content.kind == Content::Kind::kInline) {
    checksums.push_back({kind, ChecksumType::kFullObject, aws::hash(kind, pieces.inline_bytes)});
  } else if (range.bytes == source.summary.bytes && kept && kept->algorithm == kind &&
             kept->type == ChecksumType::kFullObject) {
    checksums.push_back(*kept);
  } else if (upload.checksum_algorithm) {
    return not_implemented("x-amz-checksum-algorithm");
  }
  return checksums;
}

// What the part will be: the range of the source, of which it becomes an owner.
Found<PartRecord> describe_part(Call& call, const api::UploadPartCopyInput& in,
                                const UploadRecord& upload, const ObjectRecord& source) {
  const auto range = read_source_range(in.copy_source_range, source.summary.bytes);
  if (!range) return range.error();
  if (range->bytes > kPutBytesMax) return entity_too_large(range->bytes, kPutBytesMax);
  PartRecord part{.bytes = range->bytes, .modified_ms = call.now_ms};
  if (!append_range(call.txn, source.content, *range, part.pieces)) return internal_error();
  const bool is_storable = part.pieces.segments.size() <= kSegmentsMax &&
                           part.pieces.inline_bytes.size() <= kInlineSegmentBytesMax;
  if (!is_storable) return not_implemented("x-amz-copy-source-range");
  part.md5 = md5_of_range(source, *range, part.pieces);
  auto checksums = checksums_of_range(upload, source, *range, part.pieces);
  if (!checksums) return checksums.error();
  part.checksums = std::move(*checksums);
  return part;
}

}  // namespace

Reply<api::CopyObjectOutput> copy_object(Call& call, const api::CopyObjectInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  const auto source = find_source(call, in);
  if (!source) return source.error();
  const bool is_onto_itself = in.bucket == source->name.bucket && in.key == source->name.key;
  const auto copy = describe_copy(call, in, *source, is_onto_itself);
  if (!copy) return copy.error();
  const WriteConditions conditions{.if_match = in.if_match, .if_none_match = in.if_none_match};
  if (auto error = check_write(call, bucket->id, in.key, conditions)) return std::move(*error);
  add_owner(call.txn, copy->content);
  write_object(call, bucket->id, in.key, *copy);
  auto result = aws::Ptr<api::CopyObjectResult>::make(
      call.arena, {.e_tag = quoted_e_tag(call, copy->summary.e_tag),
                   .last_modified = shown_time(copy->summary.modified_ms)});
  if (copy->summary.checksum) {
    show_checksum(call.arena, *result, *copy->summary.checksum, copy->summary.part_count);
  }
  return api::CopyObjectOutput{.copy_object_result = result};
}

Reply<api::UploadPartCopyOutput> upload_part_copy(Call& call, const api::UploadPartCopyInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  const auto number = read_part_number(in.part_number);
  if (!number) return number.error();
  const auto upload = find_upload(call, {bucket->id, in.key, in.upload_id});
  if (!upload) return upload.error();
  const auto source = find_source(call, in);
  if (!source) return source.error();
  const auto part = describe_part(call, in, *upload, source->object);
  if (!part) return part.error();
  add_owners(call.txn, part->pieces);
  write_part(call, upload->parts, *number, *part);
  auto result = aws::Ptr<api::CopyPartResult>::make(
      call.arena, {.e_tag = quoted_e_tag(call, core::to_hex(part->md5)),
                   .last_modified = shown_time(part->modified_ms)});
  if (const auto shown = checksum_to_keep(part->checksums)) {
    show_checksum(call.arena, *result, *shown, 0);
  }
  return api::UploadPartCopyOutput{.copy_part_result = result};
}

}  // namespace fogbank::emulators::s3
