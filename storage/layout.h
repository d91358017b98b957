// How records lie in the engine. Everything here is on disk: never renumber; a change is a new
// kLayoutVersion with a migration.
//
//   kMeta    name                      -> number or text of the store itself
//   kOutbox  queue '\0' sequence(8)    -> payload of an effect not delivered yet
//   kBlob    id(32)                    -> how many records hold the blob (8)
//   kGone    id(32)                    -> empty; released, the file may still be there
//   kKeys    rest of key               -> value; level 0 of the key space
//   kLevels  level(8) rest of key      -> value; level > 0 of the key space
//
// The engine takes keys of at most 511 bytes, the door allows kKeyBytesMax. So a key longer than
// kSegmentBytes is cut: its first kSegmentBytes bytes and a '\0' (the marker, the only record of
// that length) name a further level, where the rest of the key lives in the same way. A marker
// sorts behind the key which is exactly its segment and before every key that differs, so the
// order over all keys stays that of their bytes. A marker exists only while its level has records.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fogbank::storage {

inline constexpr uint64_t kLayoutVersion = 1;

enum class Space : char { kMeta = 1, kOutbox = 2, kBlob = 3, kGone = 4, kKeys = 16, kLevels = 17 };

inline constexpr std::size_t kSegmentBytes = 500;
inline constexpr std::size_t kRecordKeyBytesMax = 511;

using LevelId = uint64_t;
inline constexpr LevelId kRootLevel = 0;

// A record's key, built without allocation.
class RecordKey final {
 public:
  RecordKey(Space space, std::string_view rest);

  // The key of `rest`, at most kSegmentBytes, in a level.
  static RecordKey in_level(LevelId level, std::string_view rest);
  // The key that leads from a level to the one below for keys that go on behind `segment`.
  static RecordKey marker(LevelId level, std::string_view segment);

  [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  RecordKey() = default;
  void append(std::string_view bytes);
  void append_level(LevelId level);

  std::array<char, kRecordKeyBytesMax> bytes_;  // the first size_ are set
  std::size_t size_ = 0;
};

// What a record's key says within `level`; nothing if it belongs elsewhere.
struct LevelEntry {
  std::string_view rest;  // of the key; of a marker: its segment
  bool is_marker;
};
[[nodiscard]] std::optional<LevelEntry> entry_in_level(LevelId level, std::string_view record_key);

// Eight bytes, most significant first, so that they sort by number.
[[nodiscard]] std::array<char, 8> encode_number(uint64_t number);
[[nodiscard]] std::optional<uint64_t> decode_number(std::string_view bytes);
[[nodiscard]] inline std::string_view as_view(const std::array<char, 8>& bytes) {
  return {bytes.data(), bytes.size()};
}

inline constexpr std::string_view kLayoutVersionName = "layout";
inline constexpr std::string_view kLastLevelName = "last-level";

}  // namespace fogbank::storage
