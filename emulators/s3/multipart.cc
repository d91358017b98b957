#include "emulators/s3/multipart.h"

#include <optional>
#include <string>
#include <utility>

#include "core/text.h"
#include "emulators/s3/content.h"
#include "emulators/s3/limits.h"
#include "emulators/s3/metadata.h"
#include "emulators/s3/object_store.h"
#include "emulators/s3/screen.h"
#include "emulators/s3/tags.h"
#include "emulators/s3/uploads.h"

namespace fogbank::emulators::s3 {
namespace {

struct ChecksumPlan {
  std::optional<aws::HashKind> algorithm;
  ChecksumType type = ChecksumType::kFullObject;
};

// Which checksum the object shall get ("Checking object integrity", Full object and composite
// checksum types): CRC64NVME only whole, the SHAs only composite, the other CRCs either way.
Found<ChecksumPlan> plan_checksum(const aws::Text& algorithm, const aws::Text& type) {
  if (type && !(type == "FULL_OBJECT") && !(type == "COMPOSITE")) {
    return invalid_request("Value for x-amz-checksum-type header is invalid.");
  }
  if (!algorithm) {
    if (!type) return ChecksumPlan{};
    return invalid_request(
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm "
        "header.");
  }
  const auto kind = aws::parse_checksum_algorithm(algorithm);
  if (!kind) return not_implemented("x-amz-checksum-algorithm");
  const bool has_full = *kind != aws::HashKind::kSha1 && *kind != aws::HashKind::kSha256;
  const bool has_composite = *kind != aws::HashKind::kCrc64Nvme;
  ChecksumPlan plan{kind, has_composite ? ChecksumType::kComposite : ChecksumType::kFullObject};
  if (type) {
    plan.type = type == "COMPOSITE" ? ChecksumType::kComposite : ChecksumType::kFullObject;
    const bool is_possible = plan.type == ChecksumType::kComposite ? has_composite : has_full;
    if (!is_possible) {
      return invalid_request("The " + type.str() + " checksum type cannot be used with the " +
                             core::to_lower(algorithm.view()) + " checksum algorithm.");
    }
  }
  return plan;
}

// A part's declared checksum must be of the upload's algorithm, if one was chosen. What S3 can
// compute by itself need not be declared.
std::optional<AwsError> check_algorithm(const Call& call, const UploadRecord& upload,
                                        std::span<const Checksum> checksums) {
  if (!upload.checksum_algorithm) return std::nullopt;
  const std::string expected =
      core::to_lower(aws::checksum_algorithm_name(*upload.checksum_algorithm));
  std::string actual = "null";
  for (const UploadChecksum& one : call.upload->checksums) {
    if (!one.declared.empty()) actual = core::to_lower(one.algorithm);
  }
  const bool is_computed = actual == "null" &&
                           *upload.checksum_algorithm == aws::HashKind::kCrc64Nvme &&
                           find_checksum(checksums, *upload.checksum_algorithm) != nullptr;
  if (actual == expected || is_computed) return std::nullopt;
  return invalid_request("Checksum Type mismatch occurred, expected checksum Type: " + expected +
                         ", actual checksum Type: " + actual);
}

}  // namespace

Reply<api::CreateMultipartUploadOutput> create_multipart_upload(
    Call& call, const api::CreateMultipartUploadInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  const auto plan = plan_checksum(in.checksum_algorithm, in.checksum_type);
  if (!plan) return plan.error();
  auto metadata = read_metadata(in);
  if (!metadata) return metadata.error();
  auto storage_class = read_storage_class(in.storage_class);
  if (!storage_class) return storage_class.error();
  auto tags = parse_tagging_header(in.tagging);
  if (!tags) return tags.error();
  const UploadRecord upload{.parts = {call.random.number()},
                            .initiated_ms = call.now_ms,
                            .storage_class = std::move(*storage_class),
                            .checksum_algorithm = plan->algorithm,
                            .checksum_type = plan->type,
                            .metadata = std::move(*metadata),
                            .tags = std::move(*tags)};
  const std::string id = make_upload_id(call);
  call.txn.put(upload_key(bucket->id, in.key, id), encode(upload));
  api::CreateMultipartUploadOutput out{
      .bucket = in.bucket, .key = in.key, .upload_id = call.keep(id)};
  if (plan->algorithm) {
    out.checksum_algorithm = aws::checksum_algorithm_name(*plan->algorithm);
    out.checksum_type = checksum_type_name(plan->type);
  }
  return out;
}

Reply<api::UploadPartOutput> upload_part(Call& call, const api::UploadPartInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  const auto number = read_part_number(in.part_number);
  if (!number) return number.error();
  const auto upload = find_upload(call, {bucket->id, in.key, in.upload_id});
  if (!upload) return upload.error();
  if (call.upload->bytes > kPutBytesMax) {
    return entity_too_large(call.upload->bytes, kPutBytesMax);
  }
  auto checksums = verify_upload(
      call, {.content_md5 = in.content_md5, .checksum_algorithm = in.checksum_algorithm});
  if (!checksums) return checksums.error();
  if (auto error = check_algorithm(call, *upload, *checksums)) return std::move(*error);
  const auto md5 = core::from_hex(call.upload->md5_hex);
  if (!md5) return internal_error();

  PartRecord part{.bytes = call.upload->bytes,
                  .modified_ms = call.now_ms,
                  .md5 = *md5,
                  .checksums = std::move(*checksums)};
  if (!append_range(call.txn, take_upload(call), {0, part.bytes}, part.pieces)) {
    return internal_error();
  }
  write_part(call, upload->parts, *number, part);
  api::UploadPartOutput out{.e_tag = quoted_e_tag(call, call.upload->md5_hex)};
  const auto shown = checksum_to_keep(part.checksums);
  if (shown) show_checksum(call.arena, out, *shown, 0);
  return out;
}

Reply<api::AbortMultipartUploadOutput> abort_multipart_upload(
    Call& call, const api::AbortMultipartUploadInput& in) {
  if (auto error = screen(in)) return std::move(*error);
  // A condition of directory buckets only (API Reference, AbortMultipartUpload).
  if (in.if_match_initiated_time) return not_implemented("x-amz-if-match-initiated-time");
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  const auto upload = find_upload(call, {bucket->id, in.key, in.upload_id});
  if (!upload) return upload.error();
  call.txn.erase(upload_key(bucket->id, in.key, in.upload_id));
  discard_parts(call.txn, upload->parts);
  collect_garbage(call.txn);
  return api::AbortMultipartUploadOutput{};
}

}  // namespace fogbank::emulators::s3
