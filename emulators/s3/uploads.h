// A multipart upload in progress: found, checked, shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulators/s3/access.h"
#include "emulators/s3/checksums.h"
#include "emulators/s3/records.h"

namespace fogbank::emulators::s3 {

// 128 characters of a URL. They sort by the moment of their making, so that uploads of one key
// are listed in the order S3 lists them in: by key, then by time.
[[nodiscard]] std::string make_upload_id(Call& call);

// NoSuchUpload; InternalError of a record that cannot be read.
struct UploadPlace {
  BucketId bucket;
  std::string_view key;
  std::string_view upload_id;
};
[[nodiscard]] Found<UploadRecord> find_upload(Call& call, const UploadPlace& place);

// InvalidArgument of a number that is no part's.
[[nodiscard]] Found<uint16_t> read_part_number(const aws::Opt<int32_t>& number);

// Nothing: no such part.
[[nodiscard]] Found<std::optional<PartRecord>> find_part(Call& call, PartsId parts,
                                                         uint16_t number);
// Puts the part in the place of one of the same number.
void write_part(Call& call, PartsId parts, uint16_t number, const PartRecord& part);

// The algorithm that the parts' checksums must have for the object to get one.
[[nodiscard]] aws::HashKind object_algorithm(const UploadRecord& upload);

}  // namespace fogbank::emulators::s3
