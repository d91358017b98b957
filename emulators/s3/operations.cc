// The table of contents of Amazon S3: what is emulated, and how far.
#include "emulators/s3/attributes.h"
#include "emulators/s3/buckets.h"
#include "emulators/s3/configuration.h"
#include "emulators/s3/copy.h"
#include "emulators/s3/listing.h"
#include "emulators/s3/multipart.h"
#include "emulators/s3/objects.h"
#include "emulators/s3/s3.h"
#include "emulators/s3/tagging.h"
#include "emulators/s3/upload_listing.h"
#include "models/s3.h"

namespace fogbank::emulators::s3 {
namespace {

constexpr std::string_view kPutGaps =
    "server-side encryption, append, Object Lock, ACLs, and the checksums SHA512, MD5 and XXHASH "
    "are refused";
constexpr std::string_view kUploadGaps =
    "server-side encryption, Object Lock, ACLs, and the checksums SHA512, MD5 and XXHASH are "
    "refused";
constexpr std::string_view kReadGaps = "server-side encryption with customer keys is refused";

constexpr std::string_view kCopyGaps =
    "server-side encryption and access points are refused; a checksum other than the source's, "
    "and the MD5 of a range, are not computed for content that is kept in files";
constexpr std::string_view kDeleteGaps = "MFA and conditions of directory buckets are refused";
constexpr std::string_view kNothing =
    "a bucket has none: what would set it is answered as not implemented";
constexpr std::string_view kUnencrypted =
    "buckets are not encrypted, while AWS encrypts every bucket; what would set it is answered as "
    "not implemented";
constexpr std::string_view kFixed =
    "as S3 makes new buckets: what would change it is refused by name";

constexpr Operation kOperations[] = {
    write<&abort_multipart_upload>("AbortMultipartUpload", Coverage::kPartial,
                                   "the condition of directory buckets is refused"),
    write<&complete_multipart_upload>("CompleteMultipartUpload", Coverage::kPartial, kUploadGaps),
    write<&copy_object>("CopyObject", Coverage::kPartial, kCopyGaps),
    write<&create_bucket>("CreateBucket", Coverage::kPartial,
                          "Object Lock, ACLs, object ownership other than BucketOwnerEnforced, "
                          "directory buckets and account namespaces are refused"),
    write<&create_multipart_upload>("CreateMultipartUpload", Coverage::kPartial, kUploadGaps),
    write<&delete_bucket>("DeleteBucket", Coverage::kFull),
    read<&delete_bucket_cors>("DeleteBucketCors", Coverage::kPartial, kNothing),
    read<&delete_bucket_encryption>("DeleteBucketEncryption", Coverage::kPartial, kNothing),
    read<&delete_bucket_lifecycle>("DeleteBucketLifecycle", Coverage::kPartial, kNothing),
    read<&delete_bucket_policy>("DeleteBucketPolicy", Coverage::kPartial, kNothing),
    read<&delete_bucket_replication>("DeleteBucketReplication", Coverage::kPartial, kNothing),
    write<&delete_bucket_tagging>("DeleteBucketTagging", Coverage::kFull),
    read<&delete_bucket_website>("DeleteBucketWebsite", Coverage::kPartial, kNothing),
    write<&delete_object>("DeleteObject", Coverage::kPartial, kDeleteGaps),
    write<&delete_object_tagging>("DeleteObjectTagging", Coverage::kFull),
    write<&delete_objects>("DeleteObjects", Coverage::kPartial, kDeleteGaps),
    read<&get_bucket_accelerate_configuration>("GetBucketAccelerateConfiguration",
                                               Coverage::kPartial, kNothing),
    read<&get_bucket_acl>("GetBucketAcl", Coverage::kFull),
    read<&get_bucket_cors>("GetBucketCors", Coverage::kPartial, kNothing),
    read<&get_bucket_encryption>("GetBucketEncryption", Coverage::kPartial, kUnencrypted),
    read<&get_bucket_lifecycle_configuration>("GetBucketLifecycleConfiguration", Coverage::kPartial,
                                              kNothing),
    read<&get_bucket_location>("GetBucketLocation", Coverage::kFull),
    read<&get_bucket_logging>("GetBucketLogging", Coverage::kPartial, kNothing),
    read<&get_bucket_notification_configuration>("GetBucketNotificationConfiguration",
                                                 Coverage::kPartial, kNothing),
    read<&get_bucket_ownership_controls>("GetBucketOwnershipControls", Coverage::kPartial, kFixed),
    read<&get_bucket_policy>("GetBucketPolicy", Coverage::kPartial, kNothing),
    read<&get_bucket_policy_status>("GetBucketPolicyStatus", Coverage::kPartial, kNothing),
    read<&get_bucket_replication>("GetBucketReplication", Coverage::kPartial, kNothing),
    read<&get_bucket_request_payment>("GetBucketRequestPayment", Coverage::kPartial, kFixed),
    read<&get_bucket_tagging>("GetBucketTagging", Coverage::kFull),
    read<&get_bucket_versioning>("GetBucketVersioning", Coverage::kPartial, kNothing),
    read<&get_bucket_website>("GetBucketWebsite", Coverage::kPartial, kNothing),
    read<&get_object>("GetObject", Coverage::kPartial, kReadGaps),
    read<&get_object_acl>("GetObjectAcl", Coverage::kFull),
    read<&get_object_attributes>("GetObjectAttributes", Coverage::kPartial, kReadGaps),
    read<&get_object_lock_configuration>("GetObjectLockConfiguration", Coverage::kPartial,
                                         kNothing),
    read<&get_object_tagging>("GetObjectTagging", Coverage::kFull),
    read<&get_public_access_block>("GetPublicAccessBlock", Coverage::kPartial, kFixed),
    read<&head_bucket>("HeadBucket", Coverage::kFull),
    read<&head_object>("HeadObject", Coverage::kPartial, kReadGaps),
    read<&list_buckets>("ListBuckets", Coverage::kFull),
    read<&list_multipart_uploads>("ListMultipartUploads", Coverage::kFull),
    read<&list_object_versions>("ListObjectVersions", Coverage::kFull),
    read<&list_objects>("ListObjects", Coverage::kFull),
    read<&list_objects_v2>("ListObjectsV2", Coverage::kFull),
    read<&list_parts>("ListParts", Coverage::kPartial, kReadGaps),
    read<&put_bucket_ownership_controls>("PutBucketOwnershipControls", Coverage::kPartial, kFixed),
    read<&put_bucket_request_payment>("PutBucketRequestPayment", Coverage::kPartial, kFixed),
    write<&put_bucket_tagging>("PutBucketTagging", Coverage::kFull),
    write<&put_object>("PutObject", Coverage::kPartial, kPutGaps),
    write<&put_object_tagging>("PutObjectTagging", Coverage::kFull),
    read<&put_public_access_block>("PutPublicAccessBlock", Coverage::kPartial, kFixed),
    write<&upload_part>("UploadPart", Coverage::kPartial, kUploadGaps),
    write<&upload_part_copy>("UploadPartCopy", Coverage::kPartial, kCopyGaps),
};

}  // namespace

Service make_service() { return {"s3", &models::s3::model(), kOperations}; }

}  // namespace fogbank::emulators::s3
