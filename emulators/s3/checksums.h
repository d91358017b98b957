// Flexible checksums of objects and parts ("Checking object integrity in Amazon S3"): verified when
// they arrive, kept with the object, shown again, and made for an object out of its parts'.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/shape.h"
#include "core/arena.h"
#include "emulators/s3/access.h"
#include "emulators/s3/errors.h"
#include "emulators/s3/records.h"
#include "emulators/service.h"

namespace fogbank::emulators::s3 {

// What the client said of the body beside the checksum headers and trailers themselves.
struct BodyClaims {
  aws::Text content_md5;
  aws::Text checksum_algorithm;  // x-amz-sdk-checksum-algorithm
};

// The checksums of an upload whose claims hold: first the one that the client declared, if any.
// InvalidDigest, BadDigest; InvalidRequest of several declared or of an unusable value.
[[nodiscard]] Found<std::vector<Checksum>> verify_upload(const Call& call,
                                                         const BodyClaims& claims);

// Of an object that came in one piece: the declared one, otherwise CRC64NVME.
[[nodiscard]] std::optional<Checksum> checksum_to_keep(std::span<const Checksum> checksums);
[[nodiscard]] const Checksum* find_checksum(std::span<const Checksum> checksums,
                                            aws::HashKind algorithm);

[[nodiscard]] std::string_view checksum_type_name(ChecksumType type);
// "x-amz-checksum-crc32"
[[nodiscard]] std::string checksum_header(aws::HashKind algorithm);
// As the wire carries it: base64, and the number of parts behind a composite one.
[[nodiscard]] std::string checksum_text(const Checksum& checksum, uint32_t part_count);

// The member of a modelled structure that carries this algorithm's checksum.
template <class Shape>
auto& checksum_member(Shape& shape, aws::HashKind algorithm) {
  switch (algorithm) {
    case aws::HashKind::kCrc32:
      return shape.checksum_crc32;
    case aws::HashKind::kCrc32c:
      return shape.checksum_crc32c;
    case aws::HashKind::kSha1:
      return shape.checksum_sha1;
    case aws::HashKind::kSha256:
      return shape.checksum_sha256;
    case aws::HashKind::kMd5:
    case aws::HashKind::kCrc64Nvme:
      break;
  }
  return shape.checksum_crc64nvme;
}

template <class Shape>
void show_checksum(core::Arena& arena, Shape& shape, const Checksum& checksum,
                   uint32_t part_count) {
  checksum_member(shape, checksum.algorithm) = arena.copy(checksum_text(checksum, part_count));
  if constexpr (requires { shape.checksum_type; }) {
    shape.checksum_type = checksum_type_name(checksum.type);
  }
}

}  // namespace fogbank::emulators::s3
