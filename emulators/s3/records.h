// What S3 keeps of buckets, objects, uploads and parts, and how that is written. Each record
// begins with the version of its form; a form that is on disk is never edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/checksum.h"
#include "emulators/s3/keys.h"

namespace fogbank::emulators::s3 {

struct Tag {
  std::string key = {};
  std::string value = {};
  friend bool operator==(const Tag&, const Tag&) = default;
};

struct BucketRecord {
  BucketId id = {};
  std::string account = {};
  std::string region = {};
  std::string location_constraint = {};  // as the client gave it, "EU" for example; empty: none
  int64_t created_ms = 0;
  std::vector<Tag> tags = {};
  friend bool operator==(const BucketRecord&, const BucketRecord&) = default;
};

// Reaches disk: never renumber.
enum class ChecksumType : uint8_t { kFullObject = 1, kComposite = 2 };

struct Checksum {
  aws::HashKind algorithm = aws::HashKind::kCrc64Nvme;
  ChecksumType type = ChecksumType::kFullObject;
  std::string value = {};  // raw bytes
  friend bool operator==(const Checksum&, const Checksum&) = default;
};

// Where the bytes of an object are. Reaches disk: never renumber.
struct Content {
  enum class Kind : uint8_t { kInline = 1, kBlob = 2, kManifest = 3 };
  Kind kind = Kind::kInline;
  std::string bytes = {};  // kInline
  Handle handle = {};      // kBlob and kManifest
  friend bool operator==(const Content&, const Content&) = default;
};

// What a client gave a new object to keep.
struct Metadata {
  std::string content_type = {};
  std::string cache_control = {};
  std::string content_disposition = {};
  std::string content_encoding = {};
  std::string content_language = {};
  std::string expires = {};
  std::string website_redirect_location = {};
  std::vector<std::pair<std::string, std::string>> user = {};  // names in lower case
  friend bool operator==(const Metadata&, const Metadata&) = default;
};

// What listings show of an object.
struct ObjectSummary {
  uint64_t bytes = 0;
  int64_t modified_ms = 0;
  std::string e_tag = {};  // without quotes
  std::string storage_class = {};
  std::optional<Checksum> checksum = {};
  uint32_t part_count = 0;  // 0: not made by a multipart upload
  friend bool operator==(const ObjectSummary&, const ObjectSummary&) = default;
};

struct ObjectRecord {
  ObjectSummary summary = {};
  Metadata metadata = {};
  std::vector<Tag> tags = {};
  std::string upload_id = {};  // that made it; empty: none
  Content content = {};
  friend bool operator==(const ObjectRecord&, const ObjectRecord&) = default;
};

struct UploadRecord {
  PartsId parts = {};
  int64_t initiated_ms = 0;
  std::string storage_class = {};
  // What the client chose; without a choice S3 keeps CRC64NVME of the whole object.
  std::optional<aws::HashKind> checksum_algorithm = {};
  ChecksumType checksum_type = ChecksumType::kFullObject;
  Metadata metadata = {};
  std::vector<Tag> tags = {};
  friend bool operator==(const UploadRecord&, const UploadRecord&) = default;
};

// A range of a blob or, when `blob` is all zeros, of the bytes kept beside the segments.
struct Segment {
  Handle blob = {};
  uint64_t offset = 0;
  uint64_t bytes = 0;
  [[nodiscard]] bool is_inline() const { return blob == Handle{}; }
  friend bool operator==(const Segment&, const Segment&) = default;
};

// Bytes in order: what the segments say, one after another.
struct Pieces {
  std::vector<Segment> segments = {};
  std::string inline_bytes = {};  // what inline segments are ranges of
  friend bool operator==(const Pieces&, const Pieces&) = default;
};

struct PartRecord {
  uint64_t bytes = 0;
  int64_t modified_ms = 0;
  std::string md5 = {};  // raw; of a part that was copied see docs/services/s3.md
  std::vector<Checksum> checksums = {};
  Pieces pieces = {};
  friend bool operator==(const PartRecord&, const PartRecord&) = default;
};

[[nodiscard]] std::string encode(const BucketRecord& record);
[[nodiscard]] std::string encode(const ObjectRecord& record);
[[nodiscard]] std::string encode(const UploadRecord& record);
[[nodiscard]] std::string encode(const PartRecord& record);

// Nothing of a record that is damaged or of an unknown version.
[[nodiscard]] std::optional<BucketRecord> decode_bucket(std::string_view bytes);
[[nodiscard]] std::optional<ObjectRecord> decode_object(std::string_view bytes);
[[nodiscard]] std::optional<ObjectSummary> decode_object_summary(std::string_view bytes);
[[nodiscard]] std::optional<UploadRecord> decode_upload(std::string_view bytes);
[[nodiscard]] std::optional<PartRecord> decode_part(std::string_view bytes);

}  // namespace fogbank::emulators::s3
