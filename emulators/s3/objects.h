// One object: stored, read, described, removed.
#pragma once

#include "emulators/s3/access.h"

namespace fogbank::emulators::s3 {

Reply<api::PutObjectOutput> put_object(Call& call, const api::PutObjectInput& in);
Reply<api::GetObjectOutput> get_object(Call& call, const api::GetObjectInput& in);
Reply<api::HeadObjectOutput> head_object(Call& call, const api::HeadObjectInput& in);
Reply<api::DeleteObjectOutput> delete_object(Call& call, const api::DeleteObjectInput& in);
Reply<api::DeleteObjectsOutput> delete_objects(Call& call, const api::DeleteObjectsInput& in);

}  // namespace fogbank::emulators::s3
