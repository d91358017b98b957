#include "emulators/s3/buckets.h"
#include "emulators/s3/listing.h"
#include "emulators/s3/objects.h"
#include "emulators/s3/s3.h"
#include "models/s3.h"

namespace fogbank::emulators::s3 {
namespace {

constexpr std::string_view kWriteGaps =
    "server-side encryption, append (x-amz-write-offset-bytes), and the checksums SHA512, MD5 and "
    "XXHASH are refused; ACLs and Object Lock as S3 refuses them for buckets without";
constexpr std::string_view kReadGaps = "server-side encryption with customer keys is refused";

constexpr Operation kOperations[] = {
    write<&create_bucket>("CreateBucket", Coverage::kPartial,
                          "Object Lock, ACLs, object ownership other than BucketOwnerEnforced, "
                          "directory buckets and account namespaces are refused"),
    write<&delete_bucket>("DeleteBucket", Coverage::kFull),
    write<&delete_object>("DeleteObject", Coverage::kPartial,
                          "MFA and conditions of directory buckets are refused"),
    write<&delete_objects>("DeleteObjects", Coverage::kPartial,
                           "MFA and conditions of directory buckets are refused"),
    read<&get_bucket_location>("GetBucketLocation", Coverage::kFull),
    read<&get_object>("GetObject", Coverage::kPartial, kReadGaps),
    read<&head_bucket>("HeadBucket", Coverage::kFull),
    read<&head_object>("HeadObject", Coverage::kPartial, kReadGaps),
    read<&list_buckets>("ListBuckets", Coverage::kFull),
    read<&list_object_versions>("ListObjectVersions", Coverage::kFull),
    read<&list_objects>("ListObjects", Coverage::kFull),
    read<&list_objects_v2>("ListObjectsV2", Coverage::kFull),
    write<&put_object>("PutObject", Coverage::kPartial, kWriteGaps),
};

}  // namespace

Service make_service() { return {"s3", &models::s3::model(), kOperations}; }

}  // namespace fogbank::emulators::s3
