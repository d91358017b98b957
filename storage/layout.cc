#include "storage/layout.h"

#include <cstring>

#include "core/check.h"

namespace fogbank::storage {
namespace {

constexpr char byte_of(Space space) { return static_cast<char>(space); }

}  // namespace

RecordKey::RecordKey(Space space, std::string_view rest) {
  bytes_[size_++] = byte_of(space);
  append(rest);
}

RecordKey RecordKey::in_level(LevelId level, std::string_view rest) {
  core::check(rest.size() <= kSegmentBytes, "a key's rest fits its level");
  RecordKey key;
  key.append_level(level);
  key.append(rest);
  return key;
}

RecordKey RecordKey::marker(LevelId level, std::string_view segment) {
  core::check(segment.size() == kSegmentBytes, "a marker stands for a full segment");
  RecordKey key;
  key.append_level(level);
  key.append(segment);
  key.append(std::string_view("\0", 1));
  return key;
}

void RecordKey::append(std::string_view bytes) {
  core::check(bytes.size() <= bytes_.size() - size_, "a record's key fits the engine");
  if (!bytes.empty()) std::memcpy(bytes_.data() + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

void RecordKey::append_level(LevelId level) {
  if (level == kRootLevel) {
    bytes_[size_++] = byte_of(Space::kKeys);
    return;
  }
  bytes_[size_++] = byte_of(Space::kLevels);
  append(as_view(encode_number(level)));
}

std::optional<LevelEntry> entry_in_level(LevelId level, std::string_view record_key) {
  const RecordKey prefix = RecordKey::in_level(level, {});
  if (!record_key.starts_with(prefix.view())) return std::nullopt;
  const std::string_view rest = record_key.substr(prefix.view().size());
  if (rest.size() <= kSegmentBytes) return LevelEntry{rest, false};
  return LevelEntry{rest.substr(0, kSegmentBytes), true};
}

std::array<char, 8> encode_number(uint64_t number) {
  std::array<char, 8> bytes;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    bytes[i - 1] = static_cast<char>(number & 0xFF);
    number >>= 8;
  }
  return bytes;
}

std::optional<uint64_t> decode_number(std::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  uint64_t number = 0;
  for (const char byte : bytes) number = (number << 8) | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace fogbank::storage
