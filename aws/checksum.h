// Digests and checksums that AWS protocols carry: MD5 (Content-MD5, ETag) and the five flexible
// checksums of S3. Values are raw digest bytes, most significant byte first, as the wire's base64
// holds them ("Checking object integrity in Amazon S3").
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fogbank::aws {

// Reaches disk: never renumber.
enum class HashKind : uint8_t {
  kMd5 = 1,
  kCrc32 = 2,
  kCrc32c = 3,
  kCrc64Nvme = 4,
  kSha1 = 5,
  kSha256 = 6,
};

// "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256" (any case), as x-amz-checksum-algorithm and
// x-amz-sdk-checksum-algorithm name them. MD5 is no flexible checksum here.
[[nodiscard]] std::optional<HashKind> parse_checksum_algorithm(std::string_view name);
[[nodiscard]] std::string_view checksum_algorithm_name(HashKind kind);  // "MD5" for kMd5
[[nodiscard]] std::size_t hash_bytes(HashKind kind);                    // length of a digest

// Digests bytes that come in pieces.
class Hasher final {
 public:
  explicit Hasher(HashKind kind);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void update(std::span<const std::byte> piece);
  // The digest of all pieces; once.
  [[nodiscard]] std::string finish();
  [[nodiscard]] HashKind kind() const { return kind_; }

 private:
  struct Context;
  HashKind kind_;
  uint64_t crc_ = 0;
  std::unique_ptr<Context> context_;  // of MD5 and the SHAs
};

[[nodiscard]] std::string hash(HashKind kind, std::string_view bytes);

// The CRC of two byte strings one after the other, from theirs; `kind` is one of the three CRCs
// and both values are digests of it.
[[nodiscard]] std::string combine_crc(HashKind kind, std::string_view first,
                                      std::string_view second, uint64_t second_bytes);

}  // namespace fogbank::aws
