// Content of an object that a multipart upload made: where each part ends, and the ranges of
// blobs that are its bytes in order, then the bytes of a short last part. Never changed once
// written, shared by copies. Entries have a fixed size, so that a range is found by bisection
// without reading the rest.
//
// Version 1: version(1) checksum-bytes(1) part-count(4) segment-count(4) tail-bytes(4), parts of
// number(2) end(8) checksum, segments of blob(16) offset(8) end(8), tail.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulators/s3/records.h"

namespace fogbank::emulators::s3 {

struct ByteRange {
  uint64_t first = 0;
  uint64_t bytes = 0;
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct ManifestPart {
  uint16_t number = 0;
  ByteRange range = {};            // within the object
  std::string_view checksum = {};  // raw, of the object's algorithm; empty: not kept
};

// Bytes in order: of blobs, then `tail`.
struct Pieces {
  std::vector<Segment> segments = {};
  std::string tail = {};
};

// A view of the record it was parsed from.
class Manifest final {
 public:
  // Nothing of a record that is damaged or of an unknown version.
  static std::optional<Manifest> parse(std::string_view record);

  [[nodiscard]] uint32_t part_count() const { return part_count_; }
  [[nodiscard]] ManifestPart part(uint32_t index) const;
  [[nodiscard]] uint32_t segment_count() const { return segment_count_; }
  [[nodiscard]] Segment segment(uint32_t index) const;
  // The caller has kept the range within the object.
  void append_range(const ByteRange& range, Pieces& to) const;

 private:
  [[nodiscard]] std::string_view segment_entry(uint32_t index) const;
  [[nodiscard]] uint64_t segment_end(uint32_t index) const;

  uint32_t part_count_ = 0;
  uint32_t segment_count_ = 0;
  std::size_t checksum_bytes_ = 0;
  std::string_view parts_ = {};
  std::string_view segments_ = {};
  std::string_view tail_ = {};
};

// Collects a manifest. All checksums given have one length or are empty.
class ManifestBuilder final {
 public:
  explicit ManifestBuilder(std::size_t checksum_bytes) : checksum_bytes_(checksum_bytes) {}
  // Parts come in order; only the last one may have a tail.
  void add_part(uint16_t number, std::string_view checksum, const Pieces& pieces);
  [[nodiscard]] uint64_t bytes() const { return bytes_; }
  [[nodiscard]] uint32_t segment_count() const { return segment_count_; }
  [[nodiscard]] std::string encode() const;

 private:
  std::size_t checksum_bytes_;
  std::string parts_ = {};
  std::string segments_ = {};
  std::string tail_ = {};
  uint64_t bytes_ = 0;
  uint32_t part_count_ = 0;
  uint32_t segment_count_ = 0;
};

}  // namespace fogbank::emulators::s3
