// Buckets: made, found, listed, removed. A name is unique in its partition.
#pragma once

#include "emulators/s3/access.h"

namespace fogbank::emulators::s3 {

Reply<api::CreateBucketOutput> create_bucket(Call& call, const api::CreateBucketInput& in);
Reply<api::HeadBucketOutput> head_bucket(Call& call, const api::HeadBucketInput& in);
Reply<api::GetBucketLocationOutput> get_bucket_location(Call& call,
                                                        const api::GetBucketLocationInput& in);
Reply<api::ListBucketsOutput> list_buckets(Call& call, const api::ListBucketsInput& in);
Reply<api::DeleteBucketOutput> delete_bucket(Call& call, const api::DeleteBucketInput& in);

}  // namespace fogbank::emulators::s3
