// Request ids in the shapes that AWS's services give them. Tools and people recognise a service's
// answer by the shape, and some clients log or parse it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/random.h"

namespace fogbank::aws {

enum class RequestIdForm : uint8_t {
  kUuid,      // "0f7ad4f4-6f9d-4b3a-9cf4-5a1e0c8f5a3e": nearly all services
  kDynamodb,  // 52 characters of 0-9 A-V: DynamoDB, DynamoDB Streams
  kS3,        // 16 characters of 0-9 A-Z: S3's x-amz-request-id
};

// A value, at most kBytesMax long.
class RequestId final {
 public:
  static constexpr std::size_t kBytesMax = 52;
  static RequestId make(RequestIdForm form, core::RandomSource& random);
  [[nodiscard]] std::string_view text() const { return {text_.data(), bytes_}; }
  friend bool operator==(const RequestId&, const RequestId&) = default;

 private:
  RequestId() = default;
  std::array<char, kBytesMax> text_{};
  uint8_t bytes_ = 0;
};

// S3's x-amz-id-2 (HostId in its errors): 76 characters of base64.
[[nodiscard]] std::string make_s3_host_id(core::RandomSource& random);

}  // namespace fogbank::aws
