// CompleteMultipartUpload: the parts that the client names become one object.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/text.h"
#include "emulators/s3/content.h"
#include "emulators/s3/limits.h"
#include "emulators/s3/manifest.h"
#include "emulators/s3/multipart.h"
#include "emulators/s3/object_store.h"
#include "emulators/s3/screen.h"
#include "emulators/s3/uploads.h"

namespace fogbank::emulators::s3 {
namespace {

using Input = api::CompleteMultipartUploadInput;
using Output = api::CompleteMultipartUploadOutput;

std::string_view without_quotes(std::string_view e_tag) {
  if (e_tag.size() >= 2 && e_tag.front() == '"' && e_tag.back() == '"') {
    return e_tag.substr(1, e_tag.size() - 2);
  }
  return e_tag;
}

// Joins parts one after another.
class Assembly final {
 public:
  // Both outlive the assembly.
  Assembly(const UploadRecord& upload, std::string_view upload_id)
      : upload_(upload), upload_id_(upload_id), algorithm_(object_algorithm(upload)) {}

  // InvalidPart; InvalidRequest of a checksum that the upload's plan demands.
  std::optional<AwsError> add(const api::CompletedPart& wish,
                              const std::optional<PartRecord>& part);

  [[nodiscard]] const ManifestBuilder& builder() const { return builder_; }
  [[nodiscard]] std::string e_tag() const {
    return core::to_hex(aws::hash(aws::HashKind::kMd5, md5s_)) + "-" +
           std::to_string(builder_.part_count());
  }
  // Nothing when a part has none of the algorithm.
  [[nodiscard]] std::optional<Checksum> checksum() const {
    if (!has_checksums_) return std::nullopt;
    const bool is_composite = upload_.checksum_type == ChecksumType::kComposite;
    return Checksum{algorithm_, upload_.checksum_type,
                    is_composite ? aws::hash(algorithm_, joined_) : joined_};
  }

 private:
  std::optional<AwsError> check_declared(const api::CompletedPart& wish,
                                         const PartRecord& part) const;
  void join_checksum(const Checksum* checksum, uint64_t bytes);

  const UploadRecord& upload_;
  std::string_view upload_id_;
  aws::HashKind algorithm_;
  ManifestBuilder builder_;
  std::string md5s_;
  std::string joined_;  // composite: of all parts; full object: of the bytes so far
  bool has_checksums_ = true;
};

std::optional<AwsError> Assembly::check_declared(const api::CompletedPart& wish,
                                                 const PartRecord& part) const {
  const auto invalid = [&] { return invalid_part(upload_id_, *wish.part_number, wish.e_tag); };
  constexpr aws::HashKind kKinds[] = {aws::HashKind::kCrc32, aws::HashKind::kCrc32c,
                                      aws::HashKind::kCrc64Nvme, aws::HashKind::kSha1,
                                      aws::HashKind::kSha256};
  for (const aws::HashKind kind : kKinds) {
    const aws::Text& declared = checksum_member(wish, kind);
    if (!declared) continue;
    const Checksum* kept = find_checksum(part.checksums, kind);
    if (kept == nullptr || !(declared == core::to_base64(kept->value))) return invalid();
  }
  const bool is_needed =
      upload_.checksum_algorithm && upload_.checksum_type == ChecksumType::kComposite;
  if (is_needed && !checksum_member(wish, algorithm_)) {
    return invalid_request("The upload was created using a " +
                           core::to_lower(aws::checksum_algorithm_name(algorithm_)) +
                           " checksum. The complete request must include the checksum for each "
                           "part. It was missing for part " +
                           std::to_string(*wish.part_number) + " in the request.");
  }
  return std::nullopt;
}

void Assembly::join_checksum(const Checksum* checksum, uint64_t bytes) {
  if (checksum == nullptr) has_checksums_ = false;
  if (!has_checksums_) return;
  if (upload_.checksum_type == ChecksumType::kComposite) {
    joined_ += checksum->value;
  } else {
    joined_ = joined_.empty() ? checksum->value
                              : aws::combine_crc(algorithm_, joined_, checksum->value, bytes);
  }
}

std::optional<AwsError> Assembly::add(const api::CompletedPart& wish,
                                      const std::optional<PartRecord>& part) {
  const int32_t number = *wish.part_number;
  if (!part || without_quotes(wish.e_tag) != core::to_hex(part->md5)) {
    return invalid_part(upload_id_, number, without_quotes(wish.e_tag));
  }
  if (auto error = check_declared(wish, *part)) return error;
  const Checksum* checksum = find_checksum(part->checksums, algorithm_);
  join_checksum(checksum, part->bytes);
  md5s_ += part->md5;
  builder_.add_part(static_cast<uint16_t>(number),
                    checksum != nullptr ? std::string_view(checksum->value) : "", part->pieces);
  const bool is_storable =
      builder_.segment_count() <= kSegmentsMax && builder_.inline_bytes() <= kInlineSegmentBytesMax;
  if (!is_storable) return not_implemented("x-amz-copy-source-range");
  if (builder_.bytes() > kObjectBytesMax)
    return entity_too_large(builder_.bytes(), kObjectBytesMax);
  return std::nullopt;
}

std::optional<AwsError> check_list(const Input& in) {
  if (!in.multipart_upload || in.multipart_upload->parts.empty()) return malformed_xml();
  if (in.multipart_upload->parts.size() > std::size_t{kPartNumberMax}) return malformed_xml();
  int32_t last = 0;
  for (const api::CompletedPart& part : in.multipart_upload->parts) {
    if (!part.part_number || !part.e_tag) return malformed_xml();
    const auto number = read_part_number(part.part_number);
    if (!number) return number.error();
    if (*part.part_number <= last) return invalid_part_order(in.upload_id);
    last = *part.part_number;
  }
  return std::nullopt;
}

// What the client says of the whole object.
std::optional<AwsError> check_whole(const Input& in, const UploadRecord& upload,
                                    const Assembly& assembly) {
  if (in.checksum_type && !(in.checksum_type == checksum_type_name(upload.checksum_type))) {
    return invalid_request("The upload was created using the " +
                           std::string(checksum_type_name(upload.checksum_type)) +
                           " checksum mode. The complete request must use the same checksum mode.");
  }
  const uint64_t bytes = assembly.builder().bytes();
  if (in.mpu_object_size && static_cast<uint64_t>(*in.mpu_object_size) != bytes) {
    return invalid_request("The provided 'x-amz-mp-object-size' header value " +
                           std::to_string(*in.mpu_object_size) +
                           " does not match what was computed: " + std::to_string(bytes));
  }
  const auto checksum = assembly.checksum();
  constexpr aws::HashKind kKinds[] = {aws::HashKind::kCrc32, aws::HashKind::kCrc32c,
                                      aws::HashKind::kCrc64Nvme, aws::HashKind::kSha1,
                                      aws::HashKind::kSha256};
  for (const aws::HashKind kind : kKinds) {
    const aws::Text& declared = checksum_member(in, kind);
    if (!declared) continue;
    if (!checksum || checksum->algorithm != kind) {
      return invalid_request(
          "Checksum Type mismatch occurred, expected checksum Type: " +
          core::to_lower(aws::checksum_algorithm_name(object_algorithm(upload))) +
          ", actual checksum Type: " + core::to_lower(aws::checksum_algorithm_name(kind)));
    }
    const bool is_right = declared == core::to_base64(checksum->value) ||
                          declared == checksum_text(*checksum, assembly.builder().part_count());
    if (!is_right) return bad_checksum(core::to_lower(aws::checksum_algorithm_name(kind)));
  }
  return std::nullopt;
}

// All parts of the upload lose their records; those that are not in the object their content.
void remove_parts(Call& call, PartsId parts, const aws::List<api::CompletedPart>& used) {
  const std::string prefix = parts_prefix(parts);
  std::vector<uint16_t> numbers;
  {
    storage::Cursor cursor(call.txn);
    for (bool found = cursor.seek(prefix); found && cursor.key().starts_with(prefix);
         found = cursor.next()) {
      numbers.push_back(part_number_of(cursor.key()));
    }
  }
  std::size_t next_used = 0;
  for (const uint16_t number : numbers) {
    const std::string key = part_key(parts, number);
    if (next_used < used.size() && *used[next_used].part_number == number) {
      ++next_used;
    } else if (const auto stored = call.txn.get(key)) {
      if (const auto unused = decode_part(*stored)) drop_owners(call.txn, unused->pieces);
    }
    call.txn.erase(key);
  }
}

std::string location_of(const Call& call, const Input& in) {
  const aws::Partition* partition = aws::partition_named(call.partition);
  std::string location = "https://" + in.bucket.str() + ".s3.";
  location.append(call.region.text()).append(".");
  location.append(partition == nullptr ? "amazonaws.com" : partition->suffix).append("/");
  return location + core::percent_encode(in.key.view(), core::Slash::kKeep);
}

Output show(Call& call, const Input& in, const ObjectSummary& object) {
  Output out{.location = call.keep(location_of(call, in)),
             .bucket = in.bucket,
             .key = in.key,
             .e_tag = quoted_e_tag(call, object.e_tag)};
  if (object.checksum) show_checksum(call.arena, out, *object.checksum, object.part_count);
  return out;
}

// A client that lost the answer asks again: API Reference, CompleteMultipartUpload, is
// idempotent as long as the object is the one that this upload made.
Reply<Output> answer_repeated(Call& call, const Input& in, BucketId bucket, const AwsError& error) {
  if (error.code != "NoSuchUpload" || in.upload_id.empty()) return error;
  const auto object = find_object(call, bucket, in.key);
  if (!object || object->upload_id != in.upload_id.view()) return error;
  return show(call, in, object->summary);
}

std::optional<AwsError> assemble(Call& call, const Input& in, const UploadRecord& upload,
                                 Assembly& assembly) {
  const auto& parts = in.multipart_upload->parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = find_part(call, upload.parts, static_cast<uint16_t>(*parts[i].part_number));
    if (!part) return part.error();
    const bool is_last = i + 1 == parts.size();
    if (*part && !is_last && (*part)->bytes < kPartBytesMin) {
      return entity_too_small((*part)->bytes, *parts[i].part_number, core::to_hex((*part)->md5));
    }
    if (auto error = assembly.add(parts[i], *part)) return error;
  }
  return check_whole(in, upload, assembly);
}

}  // namespace

Reply<Output> complete_multipart_upload(Call& call, const Input& in) {
  if (auto error = screen(in)) return std::move(*error);
  const auto bucket = find_bucket(call, in.bucket, in.expected_bucket_owner);
  if (!bucket) return bucket.error();
  if (auto error = check_list(in)) return std::move(*error);
  auto upload = find_upload(call, {bucket->id, in.key, in.upload_id});
  if (!upload) return answer_repeated(call, in, bucket->id, upload.error());
  Assembly assembly(*upload, in.upload_id);
  if (auto error = assemble(call, in, *upload, assembly)) return std::move(*error);
  const WriteConditions conditions{.if_match = in.if_match, .if_none_match = in.if_none_match};
  if (auto error = check_write(call, bucket->id, in.key, conditions)) return std::move(*error);

  // An object's date is that of its upload's beginning: User Guide, "Working with object metadata".
  ObjectRecord object{.summary = {.bytes = assembly.builder().bytes(),
                                  .modified_ms = upload->initiated_ms,
                                  .e_tag = assembly.e_tag(),
                                  .storage_class = upload->storage_class,
                                  .checksum = assembly.checksum(),
                                  .part_count = assembly.builder().part_count()},
                      .metadata = std::move(upload->metadata),
                      .tags = std::move(upload->tags),
                      .upload_id = in.upload_id.str()};
  object.content.kind = Content::Kind::kManifest;
  call.random.fill(std::as_writable_bytes(std::span(object.content.handle.bytes)));
  call.txn.put(manifest_key(object.content.handle), assembly.builder().encode());
  remove_parts(call, upload->parts, in.multipart_upload->parts);
  call.txn.erase(upload_key(bucket->id, in.key, in.upload_id));
  write_object(call, bucket->id, in.key, object);
  return show(call, in, object.summary);
}

}  // namespace fogbank::emulators::s3
