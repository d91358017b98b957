#include "emulators/s3/keys.h"

#include <algorithm>

#include "core/bytes.h"
#include "core/check.h"
#include "core/text.h"

namespace fogbank::emulators::s3 {
namespace {

constexpr std::string_view kEndOfKey("\x00\x01", 2);
constexpr std::string_view kEscapedZero("\x00\xff", 2);

std::string numbered(std::string_view kind, uint64_t number) {
  std::string key(kind);
  core::ByteWriter(key).u64(number);
  return key;
}

// Keeps the order of keys although something follows them: a zero byte becomes 00 FF, which sorts
// behind the 00 01 that ends a key.
void append_escaped(std::string& out, std::string_view key) {
  for (const char c : key) {
    if (c == '\0') {
      out += kEscapedZero;
    } else {
      out += c;
    }
  }
}

}  // namespace

Handle Handle::of(std::string_view sixteen_bytes) {
  Handle handle;
  core::check(sixteen_bytes.size() == handle.bytes.size(), "a handle of 16 bytes");
  std::copy(sixteen_bytes.begin(), sixteen_bytes.end(), handle.bytes.begin());
  return handle;
}

Handle Handle::of(const storage::BlobId& blob) {
  const auto raw = core::from_hex(blob.text);
  core::check(raw.has_value(), "a blob's name is hexadecimal");
  return of(*raw);
}

storage::BlobId Handle::blob() const { return {core::to_hex(view())}; }

std::string bucket_key(const BucketPlace& place) {
  std::string key = "Sb";
  key += place.partition;
  key += '\0';
  key += place.name;
  return key;
}

std::string account_buckets_prefix(std::string_view partition, std::string_view account) {
  std::string key = "Sa";
  key += partition;
  key += '\0';
  key += account;
  return key;
}

std::string objects_prefix(BucketId bucket) { return numbered("So", bucket.number); }

std::string object_key(BucketId bucket, std::string_view key) {
  return objects_prefix(bucket).append(key);
}

std::string uploads_prefix(BucketId bucket) { return numbered("Su", bucket.number); }

std::string uploads_prefix(BucketId bucket, std::string_view key_prefix) {
  std::string key = uploads_prefix(bucket);
  append_escaped(key, key_prefix);
  return key;
}

std::string upload_key(BucketId bucket, std::string_view key, std::string_view upload_id) {
  return uploads_prefix(bucket, key).append(kEndOfKey).append(upload_id);
}

std::optional<UploadName> parse_upload_key(std::string_view behind_prefix) {
  UploadName name;
  while (true) {
    const std::size_t zero = behind_prefix.find('\0');
    if (zero == std::string_view::npos || zero + 1 == behind_prefix.size()) return std::nullopt;
    name.key.append(behind_prefix.substr(0, zero));
    const std::string_view mark = behind_prefix.substr(zero, 2);
    behind_prefix.remove_prefix(zero + 2);
    if (mark == kEndOfKey) break;
    if (mark != kEscapedZero) return std::nullopt;
    name.key += '\0';
  }
  name.upload_id = behind_prefix;
  return name;
}

std::string parts_prefix(PartsId parts) { return numbered("Sp", parts.number); }

std::string part_key(PartsId parts, uint16_t number) {
  std::string key = parts_prefix(parts);
  core::ByteWriter(key).u16(number);
  return key;
}

uint16_t part_number_of(std::string_view part_key) {
  core::check(part_key.size() >= 2, "the key of a part");
  return core::ByteReader(part_key.substr(part_key.size() - 2)).u16();
}

std::string manifest_key(const Handle& manifest) {
  return std::string("Sm").append(manifest.view());
}

std::string owners_key(const Handle& manifest) { return std::string("Sr").append(manifest.view()); }

std::string behind(std::string_view prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.remove_suffix(1);
  core::check(!prefix.empty(), "a prefix that some key is behind");
  std::string key(prefix);
  key.back() = static_cast<char>(key.back() + 1);
  return key;
}

}  // namespace fogbank::emulators::s3
