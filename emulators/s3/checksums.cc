#include "emulators/s3/checksums.h"

#include <utility>

#include "core/text.h"

namespace fogbank::emulators::s3 {
namespace {

std::optional<AwsError> check_md5(const aws::Text& content_md5, std::string_view md5_hex) {
  if (!content_md5) return std::nullopt;
  const auto raw = core::from_base64(content_md5.view());
  if (!raw || raw->size() != aws::hash_bytes(aws::HashKind::kMd5)) {
    return invalid_digest(content_md5);
  }
  if (core::to_hex(*raw) == md5_hex) return std::nullopt;
  const auto calculated = core::from_hex(md5_hex);
  return bad_md5(core::to_hex(*raw), calculated ? core::to_base64(*calculated) : std::string());
}

std::optional<AwsError> check_declared(const UploadChecksum& one, aws::HashKind kind) {
  if (one.declared.empty() || one.declared == one.computed) return std::nullopt;
  const auto raw = core::from_base64(one.declared);
  if (!raw || raw->size() != aws::hash_bytes(kind)) {
    return invalid_checksum_value(checksum_header(kind));
  }
  return bad_checksum(one.algorithm);
}

// The trailer that was announced must have come, and be of an algorithm that is computed here:
// otherwise the body would pass unverified.
std::optional<AwsError> check_trailer(const Call& call) {
  if (call.http == nullptr) return std::nullopt;
  constexpr std::string_view kPrefix = "x-amz-checksum-";
  const auto trailer = call.http->header("x-amz-trailer");
  if (!trailer || !core::equals_ignoring_case(trailer->substr(0, kPrefix.size()), kPrefix)) {
    return std::nullopt;
  }
  const std::string_view name = core::trim(trailer->substr(kPrefix.size()));
  if (!aws::parse_checksum_algorithm(name)) return not_implemented(*trailer);
  for (const UploadChecksum& one : call.upload->checksums) {
    if (core::equals_ignoring_case(one.algorithm, name) && !one.declared.empty()) {
      return std::nullopt;
    }
  }
  return malformed_trailer();
}

}  // namespace

Found<std::vector<Checksum>> verify_upload(const Call& call, const BodyClaims& claims) {
  core::check(call.upload != nullptr, "a streaming operation has an upload");
  const Upload& upload = *call.upload;
  if (auto error = check_md5(claims.content_md5, upload.md5_hex)) return std::move(*error);
  if (auto error = check_trailer(call)) return std::move(*error);
  std::vector<Checksum> checksums;
  std::size_t declared = 0;
  for (const UploadChecksum& one : upload.checksums) {
    const auto kind = aws::parse_checksum_algorithm(one.algorithm);
    const auto raw = core::from_base64(one.computed);
    if (!kind || !raw || raw->size() != aws::hash_bytes(*kind)) return internal_error();
    if (auto error = check_declared(one, *kind)) return std::move(*error);
    const auto place = one.declared.empty() ? checksums.end() : checksums.begin();
    if (!one.declared.empty()) ++declared;
    checksums.insert(place, {*kind, ChecksumType::kFullObject, *raw});
  }
  if (declared > 1) {
    return invalid_request(
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  }
  if (claims.checksum_algorithm) {
    const auto kind = aws::parse_checksum_algorithm(claims.checksum_algorithm);
    if (!kind) return not_implemented("x-amz-sdk-checksum-algorithm");
    if (declared == 0 || checksums.front().algorithm != *kind) {
      return invalid_request(
          "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
          "x-amz-trailer headers were found.");
    }
  }
  return checksums;
}

std::optional<Checksum> checksum_to_keep(std::span<const Checksum> checksums) {
  if (checksums.empty()) return std::nullopt;
  return checksums.front();
}

const Checksum* find_checksum(std::span<const Checksum> checksums, aws::HashKind algorithm) {
  for (const Checksum& one : checksums) {
    if (one.algorithm == algorithm) return &one;
  }
  return nullptr;
}

std::string_view checksum_type_name(ChecksumType type) {
  return type == ChecksumType::kComposite ? "COMPOSITE" : "FULL_OBJECT";
}

std::string checksum_header(aws::HashKind algorithm) {
  return "x-amz-checksum-" + core::to_lower(aws::checksum_algorithm_name(algorithm));
}

std::string checksum_text(const Checksum& checksum, uint32_t part_count) {
  std::string text = core::to_base64(checksum.value);
  if (checksum.type == ChecksumType::kComposite) text += "-" + std::to_string(part_count);
  return text;
}

}  // namespace fogbank::emulators::s3
