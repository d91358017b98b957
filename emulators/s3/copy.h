// Copies of objects and of ranges of objects. A copy shares the bytes of its source.
#pragma once

#include "emulators/s3/access.h"

namespace fogbank::emulators::s3 {

Reply<api::CopyObjectOutput> copy_object(Call& call, const api::CopyObjectInput& in);
Reply<api::UploadPartCopyOutput> upload_part_copy(Call& call, const api::UploadPartCopyInput& in);

}  // namespace fogbank::emulators::s3
