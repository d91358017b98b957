// Content of an object that a multipart upload made: where each part ends, and the segments that
// are its bytes in order. Never changed once written, shared by copies. Entries have a fixed
// size, so that a range is found by bisection without reading the rest.
//
// Version 1: version(1) checksum-bytes(1) part-count(4) segment-count(4) inline-bytes(4), parts of
// number(2) end(8) checksum, segments of blob(16) offset(8) end(8), inline bytes.
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
  std::string_view inline_bytes_ = {};
};

// Collects a manifest. Checksums are kept when every part has one; all have one length.
class ManifestBuilder final {
 public:
  // Parts come in order.
  void add_part(uint16_t number, std::string_view checksum, const Pieces& pieces);
  [[nodiscard]] uint64_t bytes() const { return bytes_; }
  [[nodiscard]] uint32_t part_count() const { return static_cast<uint32_t>(parts_.size()); }
  [[nodiscard]] uint32_t segment_count() const { return segment_count_; }
  [[nodiscard]] std::size_t inline_bytes() const { return inline_bytes_.size(); }
  [[nodiscard]] std::string encode() const;

 private:
  struct Part {
    uint16_t number;
    uint64_t end;
    std::string checksum;
  };
  std::vector<Part> parts_ = {};
  std::string segments_ = {};
  std::string inline_bytes_ = {};
  uint64_t bytes_ = 0;
  uint32_t segment_count_ = 0;
};

}  // namespace fogbank::emulators::s3
