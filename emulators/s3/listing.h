// Lists the objects of a bucket.
#pragma once

#include "emulators/s3/access.h"

namespace fogbank::emulators::s3 {

Reply<api::ListObjectsOutput> list_objects(Call& call, const api::ListObjectsInput& in);
Reply<api::ListObjectsV2Output> list_objects_v2(Call& call, const api::ListObjectsV2Input& in);
// Without versioning every object has one version, named "null".
Reply<api::ListObjectVersionsOutput> list_object_versions(Call& call,
                                                          const api::ListObjectVersionsInput& in);

}  // namespace fogbank::emulators::s3
