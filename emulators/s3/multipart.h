// Multipart uploads: begun, filled, completed, given up.
#pragma once

#include "emulators/s3/access.h"

namespace fogbank::emulators::s3 {

Reply<api::CreateMultipartUploadOutput> create_multipart_upload(
    Call& call, const api::CreateMultipartUploadInput& in);
Reply<api::UploadPartOutput> upload_part(Call& call, const api::UploadPartInput& in);
Reply<api::CompleteMultipartUploadOutput> complete_multipart_upload(
    Call& call, const api::CompleteMultipartUploadInput& in);
Reply<api::AbortMultipartUploadOutput> abort_multipart_upload(
    Call& call, const api::AbortMultipartUploadInput& in);

}  // namespace fogbank::emulators::s3
