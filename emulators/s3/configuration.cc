#include "emulators/s3/configuration.h"

#include <string_view>
#include <utility>

#include "emulators/s3/object_store.h"
#include "emulators/s3/screen.h"

namespace fogbank::emulators::s3 {
namespace {

constexpr std::string_view kEnforced = "BucketOwnerEnforced";

template <class Output, class Input>
Reply<Output> answer(Call& call, const Input& in, const Output& output) {
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  return output;
}

struct Absence {
  std::string_view code;
  std::string_view message;
};
template <class Output, class Input>
Reply<Output> answer_absent(Call& call, const Input& in, const Absence& absence) {
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  return no_such_configuration(absence.code, absence.message, in.bucket);
}

// The account that owns everything in its buckets has full control, and nobody else has any.
template <class Output>
Output owner_control(Call& call, const BucketRecord& bucket) {
  const auto id = call.keep(canonical_id(bucket.account));
  Output out;
  out.owner = aws::Ptr<api::Owner>::make(call.arena, {.id = id});
  out.grants.append(call.arena, {.grantee = aws::Ptr<api::Grantee>::make(
                                     call.arena, {.id = id, .type = "CanonicalUser"}),
                                 .permission = "FULL_CONTROL"});
  return out;
}

}  // namespace

Reply<api::GetBucketAclOutput> get_bucket_acl(Call& call, const api::GetBucketAclInput& in) {
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  return owner_control<api::GetBucketAclOutput>(call, *bucket);
}

Reply<api::GetObjectAclOutput> get_object_acl(Call& call, const api::GetObjectAclInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  const auto object = find_object(call, bucket->id, in.key);
  if (!object) return object.error();
  return owner_control<api::GetObjectAclOutput>(call, *bucket);
}

Reply<api::GetBucketAccelerateConfigurationOutput> get_bucket_accelerate_configuration(
    Call& call, const api::GetBucketAccelerateConfigurationInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  return answer(call, in, api::GetBucketAccelerateConfigurationOutput{});
}

Reply<api::GetBucketLoggingOutput> get_bucket_logging(Call& call,
                                                      const api::GetBucketLoggingInput& in) {
  return answer(call, in, api::GetBucketLoggingOutput{});
}

Reply<api::GetBucketNotificationConfigurationOutput> get_bucket_notification_configuration(
    Call& call, const api::GetBucketNotificationConfigurationInput& in) {
  return answer(call, in, api::GetBucketNotificationConfigurationOutput{});
}

Reply<api::GetBucketOwnershipControlsOutput> get_bucket_ownership_controls(
    Call& call, const api::GetBucketOwnershipControlsInput& in) {
  auto controls = aws::Ptr<api::OwnershipControls>::make(call.arena);
  controls->rules.append(call.arena, {.object_ownership = kEnforced});
  return answer(call, in, api::GetBucketOwnershipControlsOutput{.ownership_controls = controls});
}

Reply<api::GetBucketRequestPaymentOutput> get_bucket_request_payment(
    Call& call, const api::GetBucketRequestPaymentInput& in) {
  return answer(call, in, api::GetBucketRequestPaymentOutput{.payer = "BucketOwner"});
}

Reply<api::GetBucketVersioningOutput> get_bucket_versioning(
    Call& call, const api::GetBucketVersioningInput& in) {
  return answer(call, in, api::GetBucketVersioningOutput{});
}

Reply<api::GetPublicAccessBlockOutput> get_public_access_block(
    Call& call, const api::GetPublicAccessBlockInput& in) {
  const auto block = aws::Ptr<api::PublicAccessBlockConfiguration>::make(
      call.arena, {.block_public_acls = true,
                   .ignore_public_acls = true,
                   .block_public_policy = true,
                   .restrict_public_buckets = true});
  return answer(call, in,
                api::GetPublicAccessBlockOutput{.public_access_block_configuration = block});
}

Reply<api::GetBucketCorsOutput> get_bucket_cors(Call& call, const api::GetBucketCorsInput& in) {
  return answer_absent<api::GetBucketCorsOutput>(
      call, in, {"NoSuchCORSConfiguration", "The CORS configuration does not exist"});
}

Reply<api::GetBucketEncryptionOutput> get_bucket_encryption(
    Call& call, const api::GetBucketEncryptionInput& in) {
  return answer_absent<api::GetBucketEncryptionOutput>(
      call, in,
      {"ServerSideEncryptionConfigurationNotFoundError",
       "The server side encryption configuration was not found"});
}

Reply<api::GetBucketLifecycleConfigurationOutput> get_bucket_lifecycle_configuration(
    Call& call, const api::GetBucketLifecycleConfigurationInput& in) {
  return answer_absent<api::GetBucketLifecycleConfigurationOutput>(
      call, in, {"NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"});
}

Reply<api::GetBucketPolicyOutput> get_bucket_policy(Call& call,
                                                    const api::GetBucketPolicyInput& in) {
  return answer_absent<api::GetBucketPolicyOutput>(
      call, in, {"NoSuchBucketPolicy", "The bucket policy does not exist"});
}

Reply<api::GetBucketPolicyStatusOutput> get_bucket_policy_status(
    Call& call, const api::GetBucketPolicyStatusInput& in) {
  return answer_absent<api::GetBucketPolicyStatusOutput>(
      call, in, {"NoSuchBucketPolicy", "The bucket policy does not exist"});
}

Reply<api::GetBucketReplicationOutput> get_bucket_replication(
    Call& call, const api::GetBucketReplicationInput& in) {
  return answer_absent<api::GetBucketReplicationOutput>(
      call, in,
      {"ReplicationConfigurationNotFoundError", "The replication configuration was not found"});
}

Reply<api::GetBucketWebsiteOutput> get_bucket_website(Call& call,
                                                      const api::GetBucketWebsiteInput& in) {
  return answer_absent<api::GetBucketWebsiteOutput>(
      call, in,
      {"NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"});
}

Reply<api::GetObjectLockConfigurationOutput> get_object_lock_configuration(
    Call& call, const api::GetObjectLockConfigurationInput& in) {
  return answer_absent<api::GetObjectLockConfigurationOutput>(
      call, in,
      {"ObjectLockConfigurationNotFoundError",
       "Object Lock configuration does not exist for this bucket"});
}

Reply<api::DeleteBucketCorsOutput> delete_bucket_cors(Call& call,
                                                      const api::DeleteBucketCorsInput& in) {
  return answer(call, in, api::DeleteBucketCorsOutput{});
}
Reply<api::DeleteBucketEncryptionOutput> delete_bucket_encryption(
    Call& call, const api::DeleteBucketEncryptionInput& in) {
  return answer(call, in, api::DeleteBucketEncryptionOutput{});
}
Reply<api::DeleteBucketLifecycleOutput> delete_bucket_lifecycle(
    Call& call, const api::DeleteBucketLifecycleInput& in) {
  return answer(call, in, api::DeleteBucketLifecycleOutput{});
}
Reply<api::DeleteBucketPolicyOutput> delete_bucket_policy(Call& call,
                                                          const api::DeleteBucketPolicyInput& in) {
  return answer(call, in, api::DeleteBucketPolicyOutput{});
}
Reply<api::DeleteBucketReplicationOutput> delete_bucket_replication(
    Call& call, const api::DeleteBucketReplicationInput& in) {
  return answer(call, in, api::DeleteBucketReplicationOutput{});
}
Reply<api::DeleteBucketWebsiteOutput> delete_bucket_website(
    Call& call, const api::DeleteBucketWebsiteInput& in) {
  return answer(call, in, api::DeleteBucketWebsiteOutput{});
}

Reply<api::PutBucketOwnershipControlsOutput> put_bucket_ownership_controls(
    Call& call, const api::PutBucketOwnershipControlsInput& in) {
  if (!in.ownership_controls || in.ownership_controls->rules.size() != 1) return malformed_xml();
  if (!(in.ownership_controls->rules[0].object_ownership == kEnforced)) {
    return not_implemented("ObjectOwnership");
  }
  return answer(call, in, api::PutBucketOwnershipControlsOutput{});
}

Reply<api::PutBucketRequestPaymentOutput> put_bucket_request_payment(
    Call& call, const api::PutBucketRequestPaymentInput& in) {
  if (!in.request_payment_configuration) return malformed_xml();
  if (!(in.request_payment_configuration->payer == "BucketOwner")) return not_implemented("Payer");
  return answer(call, in, api::PutBucketRequestPaymentOutput{});
}

Reply<api::PutPublicAccessBlockOutput> put_public_access_block(
    Call& call, const api::PutPublicAccessBlockInput& in) {
  const auto wish = in.public_access_block_configuration;
  if (!wish) return malformed_xml();
  if (!wish->block_public_acls.value_or(false)) return not_implemented("BlockPublicAcls");
  if (!wish->ignore_public_acls.value_or(false)) return not_implemented("IgnorePublicAcls");
  if (!wish->block_public_policy.value_or(false)) return not_implemented("BlockPublicPolicy");
  if (!wish->restrict_public_buckets.value_or(false)) {
    return not_implemented("RestrictPublicBuckets");
  }
  return answer(call, in, api::PutPublicAccessBlockOutput{});
}

}  // namespace fogbank::emulators::s3
