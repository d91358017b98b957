// How a bucket is set up. Every bucket here is as S3 makes a new one: without versions, ACLs,
// policy, rules or notifications, closed to the public. What reads that tells so; what would
// change it is not emulated, unless it asks for what is the case already.
#pragma once

#include "emulators/s3/access.h"

namespace fogbank::emulators::s3 {

Reply<api::GetBucketAclOutput> get_bucket_acl(Call& call, const api::GetBucketAclInput& in);
Reply<api::GetObjectAclOutput> get_object_acl(Call& call, const api::GetObjectAclInput& in);

Reply<api::GetBucketAccelerateConfigurationOutput> get_bucket_accelerate_configuration(
    Call& call, const api::GetBucketAccelerateConfigurationInput& in);
Reply<api::GetBucketLoggingOutput> get_bucket_logging(Call& call,
                                                      const api::GetBucketLoggingInput& in);
Reply<api::GetBucketNotificationConfigurationOutput> get_bucket_notification_configuration(
    Call& call, const api::GetBucketNotificationConfigurationInput& in);
Reply<api::GetBucketOwnershipControlsOutput> get_bucket_ownership_controls(
    Call& call, const api::GetBucketOwnershipControlsInput& in);
Reply<api::GetBucketRequestPaymentOutput> get_bucket_request_payment(
    Call& call, const api::GetBucketRequestPaymentInput& in);
Reply<api::GetBucketVersioningOutput> get_bucket_versioning(
    Call& call, const api::GetBucketVersioningInput& in);
Reply<api::GetPublicAccessBlockOutput> get_public_access_block(
    Call& call, const api::GetPublicAccessBlockInput& in);

// What a new bucket has not: NoSuchCORSConfiguration and the like.
Reply<api::GetBucketCorsOutput> get_bucket_cors(Call& call, const api::GetBucketCorsInput& in);
Reply<api::GetBucketEncryptionOutput> get_bucket_encryption(
    Call& call, const api::GetBucketEncryptionInput& in);
Reply<api::GetBucketLifecycleConfigurationOutput> get_bucket_lifecycle_configuration(
    Call& call, const api::GetBucketLifecycleConfigurationInput& in);
Reply<api::GetBucketPolicyOutput> get_bucket_policy(Call& call,
                                                    const api::GetBucketPolicyInput& in);
Reply<api::GetBucketPolicyStatusOutput> get_bucket_policy_status(
    Call& call, const api::GetBucketPolicyStatusInput& in);
Reply<api::GetBucketReplicationOutput> get_bucket_replication(
    Call& call, const api::GetBucketReplicationInput& in);
Reply<api::GetBucketWebsiteOutput> get_bucket_website(Call& call,
                                                      const api::GetBucketWebsiteInput& in);
Reply<api::GetObjectLockConfigurationOutput> get_object_lock_configuration(
    Call& call, const api::GetObjectLockConfigurationInput& in);

// Removing what is not there succeeds, as on AWS.
Reply<api::DeleteBucketCorsOutput> delete_bucket_cors(Call& call,
                                                      const api::DeleteBucketCorsInput& in);
Reply<api::DeleteBucketEncryptionOutput> delete_bucket_encryption(
    Call& call, const api::DeleteBucketEncryptionInput& in);
Reply<api::DeleteBucketLifecycleOutput> delete_bucket_lifecycle(
    Call& call, const api::DeleteBucketLifecycleInput& in);
Reply<api::DeleteBucketPolicyOutput> delete_bucket_policy(Call& call,
                                                          const api::DeleteBucketPolicyInput& in);
Reply<api::DeleteBucketReplicationOutput> delete_bucket_replication(
    Call& call, const api::DeleteBucketReplicationInput& in);
Reply<api::DeleteBucketWebsiteOutput> delete_bucket_website(
    Call& call, const api::DeleteBucketWebsiteInput& in);

// These accept what holds, and refuse a change by name.
Reply<api::PutBucketOwnershipControlsOutput> put_bucket_ownership_controls(
    Call& call, const api::PutBucketOwnershipControlsInput& in);
Reply<api::PutBucketRequestPaymentOutput> put_bucket_request_payment(
    Call& call, const api::PutBucketRequestPaymentInput& in);
Reply<api::PutPublicAccessBlockOutput> put_public_access_block(
    Call& call, const api::PutPublicAccessBlockInput& in);

}  // namespace fogbank::emulators::s3
