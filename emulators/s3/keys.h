// Storage layout 1 of S3, never edited: every key begins with 'S' and one letter.
//   "Sb" partition '\0' bucket-name                  -> BucketRecord; names are unique per
//   partition "Sa" partition '\0' account(12) bucket-name      -> "": an account's buckets in order
//   "So" bucket-id(8) object-key                     -> ObjectRecord
//   "Su" bucket-id(8) escaped(object-key) 00 01 upload-id -> UploadRecord
//   "Sp" parts-id(8) part-number(2)                  -> PartRecord
//   "Sm" handle(16)                                  -> manifest, see manifest.h
//   "Sr" handle(16)                                  -> number of a manifest's owners, unless one
//   "Sg" kind(1) id                                  -> what waits to be given back, see content.cc
// A bucket's id is drawn when it is made: one that is deleted and made again begins empty whatever
// is left of the first. Object keys are UTF-8, so byte order is the order S3 lists in.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/storage.h"

namespace fogbank::emulators::s3 {

struct BucketId {
  uint64_t number = 0;
  friend bool operator==(const BucketId&, const BucketId&) = default;
};

// The parts of one multipart upload.
struct PartsId {
  uint64_t number = 0;
  friend bool operator==(const PartsId&, const PartsId&) = default;
};

// Name of shared content: of a blob or of a manifest.
struct Handle {
  std::array<char, 16> bytes{};
  [[nodiscard]] std::string_view view() const { return {bytes.data(), bytes.size()}; }
  static Handle of(std::string_view sixteen_bytes);
  static Handle of(const storage::BlobId& blob);
  [[nodiscard]] storage::BlobId blob() const;
  friend bool operator==(const Handle&, const Handle&) = default;
};

struct BucketPlace {
  std::string_view partition = {};
  std::string_view name = {};
};
[[nodiscard]] std::string bucket_key(const BucketPlace& place);
[[nodiscard]] std::string account_buckets_prefix(std::string_view partition,
                                                 std::string_view account);

[[nodiscard]] std::string objects_prefix(BucketId bucket);
[[nodiscard]] std::string object_key(BucketId bucket, std::string_view key);

[[nodiscard]] std::string uploads_prefix(BucketId bucket);
// The beginning of the keys of all uploads whose object key begins with `key_prefix`.
[[nodiscard]] std::string uploads_prefix(BucketId bucket, std::string_view key_prefix);
[[nodiscard]] std::string upload_key(BucketId bucket, std::string_view key,
                                     std::string_view upload_id);
struct UploadName {
  std::string key = {};
  std::string upload_id = {};
};
// What is behind uploads_prefix(bucket) of a storage key; nothing if that is no upload's.
[[nodiscard]] std::optional<UploadName> parse_upload_key(std::string_view behind_prefix);

[[nodiscard]] std::string parts_prefix(PartsId parts);
[[nodiscard]] std::string part_key(PartsId parts, uint16_t number);
[[nodiscard]] uint16_t part_number_of(std::string_view part_key);

[[nodiscard]] std::string manifest_key(const Handle& manifest);
[[nodiscard]] std::string owners_key(const Handle& manifest);

// The first key behind all keys that begin with `prefix`.
[[nodiscard]] std::string behind(std::string_view prefix);

}  // namespace fogbank::emulators::s3
