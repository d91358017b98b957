#include "emulators/s3/manifest.h"

#include <algorithm>
#include <utility>

#include "core/bytes.h"
#include "core/check.h"

namespace fogbank::emulators::s3 {
namespace {

constexpr uint8_t kVersion = 1;
constexpr std::size_t kSegmentBytes = 16 + 8 + 8;
constexpr std::size_t kPartBytesWithoutChecksum = 2 + 8;
constexpr std::size_t kEndAt = 2;  // in a part's entry

}  // namespace

std::optional<Manifest> Manifest::parse(std::string_view record) {
  core::ByteReader in(record);
  if (in.u8() != kVersion) return std::nullopt;
  Manifest manifest;
  manifest.checksum_bytes_ = in.u8();
  manifest.part_count_ = in.u32();
  manifest.segment_count_ = in.u32();
  const uint32_t inline_bytes = in.u32();
  manifest.parts_ = in.bytes(std::size_t{manifest.part_count_} *
                             (kPartBytesWithoutChecksum + manifest.checksum_bytes_));
  manifest.segments_ = in.bytes(std::size_t{manifest.segment_count_} * kSegmentBytes);
  manifest.inline_bytes_ = in.bytes(inline_bytes);
  if (!in.is_at_end()) return std::nullopt;
  return manifest;
}

ManifestPart Manifest::part(uint32_t index) const {
  core::check(index < part_count_, "a part of the manifest");
  const std::size_t entry_bytes = kPartBytesWithoutChecksum + checksum_bytes_;
  const std::string_view entry = parts_.substr(index * entry_bytes, entry_bytes);
  core::ByteReader in(entry);
  ManifestPart part;
  part.number = in.u16();
  const uint64_t end = in.u64();
  part.checksum = in.left();
  const std::string_view before =
      index == 0 ? std::string_view() : parts_.substr((index - 1) * entry_bytes + kEndAt, 8);
  part.range.first = index == 0 ? 0 : core::ByteReader(before).u64();
  part.range.bytes = end - part.range.first;
  return part;
}

std::string_view Manifest::segment_entry(uint32_t index) const {
  core::check(index < segment_count_, "a segment of the manifest");
  return segments_.substr(index * kSegmentBytes, kSegmentBytes);
}

uint64_t Manifest::segment_end(uint32_t index) const {
  return core::ByteReader(segment_entry(index).substr(24)).u64();
}

Segment Manifest::segment(uint32_t index) const {
  core::ByteReader in(segment_entry(index));
  Segment segment;
  segment.blob = Handle::of(in.bytes(16));
  segment.offset = in.u64();
  segment.bytes = in.u64() - (index == 0 ? 0 : segment_end(index - 1));
  return segment;
}

void Manifest::append_range(const ByteRange& range, Pieces& to) const {
  uint32_t low = 0;
  uint32_t high = segment_count_;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (segment_end(middle) > range.first) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  uint64_t at = range.first;
  const uint64_t end = range.first + range.bytes;
  for (uint32_t i = low; i < segment_count_ && at < end; ++i) {
    Segment segment = this->segment(i);
    const uint64_t segment_first = segment_end(i) - segment.bytes;
    const uint64_t skipped = at - segment_first;
    segment.offset += skipped;
    segment.bytes = std::min(segment.bytes - skipped, end - at);
    at += segment.bytes;
    if (segment.is_inline()) {
      const uint64_t offset = std::exchange(segment.offset, to.inline_bytes.size());
      to.inline_bytes += inline_bytes_.substr(offset, segment.bytes);
    }
    to.segments.push_back(segment);
  }
}

void ManifestBuilder::add_part(uint16_t number, std::string_view checksum, const Pieces& pieces) {
  core::ByteWriter segments(segments_);
  for (const Segment& segment : pieces.segments) {
    uint64_t offset = segment.offset;
    if (segment.is_inline()) {
      offset = inline_bytes_.size();
      inline_bytes_ += std::string_view(pieces.inline_bytes).substr(segment.offset, segment.bytes);
    }
    bytes_ += segment.bytes;
    segments.bytes(segment.blob.view()).u64(offset).u64(bytes_);
    ++segment_count_;
  }
  parts_.push_back({number, bytes_, std::string(checksum)});
}

std::string ManifestBuilder::encode() const {
  std::size_t checksum_bytes = parts_.empty() ? 0 : parts_.front().checksum.size();
  for (const Part& part : parts_) checksum_bytes = std::min(checksum_bytes, part.checksum.size());
  std::string record;
  record.reserve(16 + parts_.size() * (kPartBytesWithoutChecksum + checksum_bytes) +
                 segments_.size() + inline_bytes_.size());
  core::ByteWriter out(record);
  out.u8(kVersion)
      .u8(static_cast<uint8_t>(checksum_bytes))
      .u32(part_count())
      .u32(segment_count_)
      .u32(static_cast<uint32_t>(inline_bytes_.size()));
  for (const Part& part : parts_) {
    out.u16(part.number).u64(part.end).bytes(part.checksum.substr(0, checksum_bytes));
  }
  out.bytes(segments_).bytes(inline_bytes_);
  return record;
}

}  // namespace fogbank::emulators::s3
