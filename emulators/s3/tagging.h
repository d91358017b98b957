// Tags of objects and of buckets: set as a whole, read, removed.
#pragma once

#include "emulators/s3/access.h"

namespace fogbank::emulators::s3 {

Reply<api::PutObjectTaggingOutput> put_object_tagging(Call& call,
                                                      const api::PutObjectTaggingInput& in);
Reply<api::GetObjectTaggingOutput> get_object_tagging(Call& call,
                                                      const api::GetObjectTaggingInput& in);
Reply<api::DeleteObjectTaggingOutput> delete_object_tagging(
    Call& call, const api::DeleteObjectTaggingInput& in);

Reply<api::PutBucketTaggingOutput> put_bucket_tagging(Call& call,
                                                      const api::PutBucketTaggingInput& in);
Reply<api::GetBucketTaggingOutput> get_bucket_tagging(Call& call,
                                                      const api::GetBucketTaggingInput& in);
Reply<api::DeleteBucketTaggingOutput> delete_bucket_tagging(
    Call& call, const api::DeleteBucketTaggingInput& in);

}  // namespace fogbank::emulators::s3
