#include "emulators/body_digest.h"

#include <string>

#include "aws/checksum.h"
#include "core/text.h"

namespace fogbank::emulators {
namespace {

constexpr std::string_view kChecksumHeader = "x-amz-checksum-";

aws::AwsError invalid_request(std::string message) {
  return {.code = "InvalidRequest", .message = std::move(message)};
}

std::optional<aws::AwsError> check_md5(std::string_view declared, std::string_view body) {
  const auto raw = core::from_base64(declared);
  if (!raw || raw->size() != aws::hash_bytes(aws::HashKind::kMd5)) {
    return aws::AwsError{.code = "InvalidDigest",
                         .message = "The Content-MD5 you specified was invalid.",
                         .details = {{"Content-MD5", std::string(declared)}}};
  }
  const std::string computed = aws::hash(aws::HashKind::kMd5, body);
  if (*raw == computed) return std::nullopt;
  return aws::AwsError{.code = "BadDigest",
                       .message = "The Content-MD5 you specified did not match what we received.",
                       .details = {{"ExpectedDigest", core::to_hex(*raw)},
                                   {"CalculatedDigest", core::to_base64(computed)}}};
}

std::optional<aws::AwsError> check_checksum(const core::HttpHeader& header, aws::HashKind kind,
                                            std::string_view body) {
  const auto raw = core::from_base64(header.value);
  if (!raw || raw->size() != aws::hash_bytes(kind)) {
    return invalid_request("Value for " + std::string(header.name) + " header is invalid.");
  }
  if (*raw == aws::hash(kind, body)) return std::nullopt;
  return aws::AwsError{.code = "BadDigest",
                       .message = "The " + std::string(aws::checksum_algorithm_name(kind)) +
                                  " you specified did not match the calculated checksum."};
}

}  // namespace

std::optional<aws::AwsError> check_body_digest(const aws::OperationModel& operation,
                                               const core::HttpRequest& request,
                                               std::string_view body) {
  const bool is_required = operation.has(aws::OperationModel::kChecksumRequired);
  if (!is_required && operation.checksum_member.bytes == 0) return std::nullopt;
  bool is_declared = false;
  for (const core::HttpHeader& header : request.headers) {
    std::optional<aws::AwsError> error;
    if (header.name == "content-md5") {
      is_declared = true;
      error = check_md5(header.value, body);
    } else if (header.name.starts_with(kChecksumHeader)) {
      // Other headers begin so too, and algorithms that are not computed here prove nothing.
      const auto kind = aws::parse_checksum_algorithm(header.name.substr(kChecksumHeader.size()));
      if (!kind) continue;
      is_declared = true;
      error = check_checksum(header, *kind, body);
    }
    if (error) return error;
  }
  if (is_declared || !is_required) return std::nullopt;
  return invalid_request(
      "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
}

}  // namespace fogbank::emulators
