#include "emulators/s3/records.h"

#include "core/bytes.h"

namespace fogbank::emulators::s3 {
namespace {

using core::ByteReader;
using core::ByteWriter;

constexpr uint8_t kVersion = 1;

void write_tags(ByteWriter& out, const std::vector<Tag>& tags) {
  out.u8(static_cast<uint8_t>(tags.size()));
  for (const Tag& tag : tags) out.text16(tag.key).text16(tag.value);
}

std::vector<Tag> read_tags(ByteReader& in) {
  std::vector<Tag> tags;
  for (unsigned left = in.u8(); left > 0 && in.ok(); --left) {
    const auto key = in.text16();
    const auto value = in.text16();
    tags.push_back({std::string(key), std::string(value)});
  }
  return tags;
}

void write_checksum(ByteWriter& out, const std::optional<Checksum>& checksum) {
  if (!checksum) {
    out.u8(0);
    return;
  }
  out.u8(static_cast<uint8_t>(checksum->algorithm)).u8(static_cast<uint8_t>(checksum->type));
  out.text8(checksum->value);
}

// False: the record is damaged.
bool read_checksum(ByteReader& in, std::optional<Checksum>& checksum) {
  const uint8_t algorithm = in.u8();
  if (algorithm == 0) return in.ok();
  const uint8_t type = in.u8();
  const auto value = in.text8();
  if (algorithm > static_cast<uint8_t>(aws::HashKind::kSha256)) return false;
  const auto kind = static_cast<aws::HashKind>(algorithm);
  if ((type != 1 && type != 2) || value.size() != aws::hash_bytes(kind)) return false;
  checksum = Checksum{kind, static_cast<ChecksumType>(type), std::string(value)};
  return true;
}

void write_metadata(ByteWriter& out, const Metadata& metadata) {
  out.text16(metadata.content_type)
      .text16(metadata.cache_control)
      .text16(metadata.content_disposition)
      .text16(metadata.content_encoding)
      .text16(metadata.content_language)
      .text16(metadata.expires)
      .text16(metadata.website_redirect_location)
      .u16(static_cast<uint16_t>(metadata.user.size()));
  for (const auto& [name, value] : metadata.user) out.text16(name).text16(value);
}

Metadata read_metadata(ByteReader& in) {
  Metadata metadata;
  metadata.content_type = in.text16();
  metadata.cache_control = in.text16();
  metadata.content_disposition = in.text16();
  metadata.content_encoding = in.text16();
  metadata.content_language = in.text16();
  metadata.expires = in.text16();
  metadata.website_redirect_location = in.text16();
  for (unsigned left = in.u16(); left > 0 && in.ok(); --left) {
    const auto name = in.text16();
    const auto value = in.text16();
    metadata.user.emplace_back(name, value);
  }
  return metadata;
}

Handle read_handle(ByteReader& in) {
  const auto raw = in.bytes(sizeof(Handle::bytes));
  return raw.empty() ? Handle{} : Handle::of(raw);
}

bool read_summary(ByteReader& in, ObjectSummary& summary) {
  if (in.u8() != kVersion) return false;
  summary.bytes = in.u64();
  summary.modified_ms = in.i64();
  summary.e_tag = in.text8();
  summary.storage_class = in.text8();
  summary.part_count = in.u32();
  return read_checksum(in, summary.checksum) && in.ok();
}

bool read_content(ByteReader& in, Content& content) {
  const uint8_t kind = in.u8();
  if (kind < 1 || kind > 3) return false;
  content.kind = static_cast<Content::Kind>(kind);
  if (content.kind == Content::Kind::kInline) {
    content.bytes = in.text32();
  } else {
    content.handle = read_handle(in);
  }
  return in.is_at_end();
}

}  // namespace

std::string encode(const BucketRecord& record) {
  std::string bytes;
  ByteWriter out(bytes);
  out.u8(kVersion)
      .u64(record.id.number)
      .text8(record.account)
      .text8(record.region)
      .text8(record.location_constraint)
      .i64(record.created_ms);
  write_tags(out, record.tags);
  return bytes;
}

std::optional<BucketRecord> decode_bucket(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.u8() != kVersion) return std::nullopt;
  BucketRecord record;
  record.id.number = in.u64();
  record.account = in.text8();
  record.region = in.text8();
  record.location_constraint = in.text8();
  record.created_ms = in.i64();
  record.tags = read_tags(in);
  if (!in.is_at_end()) return std::nullopt;
  return record;
}

std::string encode(const ObjectRecord& record) {
  std::string bytes;
  bytes.reserve(160 + record.content.bytes.size());
  ByteWriter out(bytes);
  const ObjectSummary& summary = record.summary;
  out.u8(kVersion)
      .u64(summary.bytes)
      .i64(summary.modified_ms)
      .text8(summary.e_tag)
      .text8(summary.storage_class)
      .u32(summary.part_count);
  write_checksum(out, summary.checksum);
  write_metadata(out, record.metadata);
  write_tags(out, record.tags);
  out.text8(record.upload_id).u8(static_cast<uint8_t>(record.content.kind));
  if (record.content.kind == Content::Kind::kInline) {
    out.text32(record.content.bytes);
  } else {
    out.bytes(record.content.handle.view());
  }
  return bytes;
}

std::optional<ObjectSummary> decode_object_summary(std::string_view bytes) {
  ByteReader in(bytes);
  ObjectSummary summary;
  if (!read_summary(in, summary)) return std::nullopt;
  return summary;
}

std::optional<ObjectRecord> decode_object(std::string_view bytes) {
  ByteReader in(bytes);
  ObjectRecord record;
  if (!read_summary(in, record.summary)) return std::nullopt;
  record.metadata = read_metadata(in);
  record.tags = read_tags(in);
  record.upload_id = in.text8();
  if (!read_content(in, record.content)) return std::nullopt;
  return record;
}

std::string encode(const UploadRecord& record) {
  std::string bytes;
  ByteWriter out(bytes);
  out.u8(kVersion)
      .u64(record.parts.number)
      .i64(record.initiated_ms)
      .text8(record.storage_class)
      .u8(record.checksum_algorithm ? static_cast<uint8_t>(*record.checksum_algorithm) : 0)
      .u8(static_cast<uint8_t>(record.checksum_type));
  write_metadata(out, record.metadata);
  write_tags(out, record.tags);
  return bytes;
}

std::optional<UploadRecord> decode_upload(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.u8() != kVersion) return std::nullopt;
  UploadRecord record;
  record.parts.number = in.u64();
  record.initiated_ms = in.i64();
  record.storage_class = in.text8();
  const uint8_t algorithm = in.u8();
  const uint8_t type = in.u8();
  if (algorithm > static_cast<uint8_t>(aws::HashKind::kSha256)) return std::nullopt;
  if (type != 1 && type != 2) return std::nullopt;
  if (algorithm != 0) record.checksum_algorithm = static_cast<aws::HashKind>(algorithm);
  record.checksum_type = static_cast<ChecksumType>(type);
  record.metadata = read_metadata(in);
  record.tags = read_tags(in);
  if (!in.is_at_end()) return std::nullopt;
  return record;
}

std::string encode(const PartRecord& record) {
  std::string bytes;
  bytes.reserve(96 + record.pieces.inline_bytes.size() + record.pieces.segments.size() * 32);
  ByteWriter out(bytes);
  out.u8(kVersion).u64(record.bytes).i64(record.modified_ms).text8(record.md5);
  out.u8(static_cast<uint8_t>(record.checksums.size()));
  for (const Checksum& checksum : record.checksums) write_checksum(out, checksum);
  out.text32(record.pieces.inline_bytes).u32(static_cast<uint32_t>(record.pieces.segments.size()));
  for (const Segment& segment : record.pieces.segments) {
    out.bytes(segment.blob.view()).u64(segment.offset).u64(segment.bytes);
  }
  return bytes;
}

std::optional<PartRecord> decode_part(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.u8() != kVersion) return std::nullopt;
  PartRecord record;
  record.bytes = in.u64();
  record.modified_ms = in.i64();
  record.md5 = in.text8();
  for (unsigned left = in.u8(); left > 0; --left) {
    std::optional<Checksum> checksum;
    if (!read_checksum(in, checksum) || !checksum) return std::nullopt;
    record.checksums.push_back(std::move(*checksum));
  }
  record.pieces.inline_bytes = in.text32();
  for (uint32_t left = in.u32(); left > 0 && in.ok(); --left) {
    Segment segment;
    segment.blob = read_handle(in);
    segment.offset = in.u64();
    segment.bytes = in.u64();
    record.pieces.segments.push_back(segment);
  }
  if (!in.is_at_end()) return std::nullopt;
  return record;
}

}  // namespace fogbank::emulators::s3
