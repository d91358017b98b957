#include "emulators/body_digest.h"

#include <doctest/doctest.h>

#include <string>

namespace fogbank::emulators {
namespace {

TEST_CASE(
    "digests of a body that is not streamed are verified, and required where the model says") {
  struct Row {
    const char* name;
    bool is_required;
    core::HttpHeader header;
    const char* error;
  };
  const Row rows[] = {
      {"required and missing", true, {"content-type", "text/xml"}, "InvalidRequest"},
      {"optional and missing", false, {"content-type", "text/xml"}, ""},
      {"md5", true, {"content-md5", "XUFAKrxLKna5cZ2REBfFkg=="}, ""},
      {"wrong md5", true, {"content-md5", "XUFAKrxLKna5cZ2REBfFkQ=="}, "BadDigest"},
      {"short md5", true, {"content-md5", "XUFAKg=="}, "InvalidDigest"},
      {"crc32", true, {"x-amz-checksum-crc32", "NhCmhg=="}, ""},
      {"wrong crc32", false, {"x-amz-checksum-crc32", "NhCmhw=="}, "BadDigest"},
      {"no base64", true, {"x-amz-checksum-crc32", "?"}, "InvalidRequest"},
      {"not computed here", true, {"x-amz-checksum-sha512", "AA=="}, "InvalidRequest"},
      {"type only", true, {"x-amz-checksum-type", "FULL_OBJECT"}, "InvalidRequest"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    aws::OperationModel operation{};
    operation.checksum_member.bytes = 1;
    if (row.is_required) operation.flags = aws::OperationModel::kChecksumRequired;
    core::HttpRequest request;
    request.headers.push_back(row.header);
    const auto error = check_body_digest(operation, request, "hello");
    CHECK((error ? error->code : std::string()) == row.error);
  }
}

TEST_CASE("operations without the trait ignore digests, as their services do") {
  core::HttpRequest request;
  request.headers.push_back({"content-md5", "?"});
  CHECK_FALSE(check_body_digest(aws::OperationModel{}, request, "hello").has_value());
}

}  // namespace
}  // namespace fogbank::emulators
