// Lists multipart uploads in progress, and the parts of one.
#pragma once

#include "emulators/s3/access.h"

namespace fogbank::emulators::s3 {

Reply<api::ListMultipartUploadsOutput> list_multipart_uploads(
    Call& call, const api::ListMultipartUploadsInput& in);
Reply<api::ListPartsOutput> list_parts(Call& call, const api::ListPartsInput& in);

}  // namespace fogbank::emulators::s3
