#include "aws/request_id.h"

#include <cstring>
#include <span>

#include "core/check.h"
#include "core/text.h"

namespace fogbank::aws {
namespace {

constexpr std::string_view kUpperAlphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kBase32Hex = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

// Every id that DynamoDB has been seen to give ends so; the 26 characters before it vary.
constexpr std::string_view kDynamodbTail = "VV4KQNSO5AEMVJF66Q9ASUAAJG";

std::string make_text(RequestIdForm form, core::RandomSource& random) {
  switch (form) {
    case RequestIdForm::kUuid:
      return random.uuid();
    case RequestIdForm::kDynamodb:
      return random.text(kBase32Hex, 26).append(kDynamodbTail);
    case RequestIdForm::kS3:
      break;
  }
  return random.text(kUpperAlphanumeric, 16);
}

}  // namespace

RequestId RequestId::make(RequestIdForm form, core::RandomSource& random) {
  const std::string text = make_text(form, random);
  core::check(text.size() <= kBytesMax, "a request id fits its type");
  RequestId out;
  std::memcpy(out.text_.data(), text.data(), text.size());
  out.bytes_ = static_cast<uint8_t>(text.size());
  return out;
}

std::string make_s3_host_id(core::RandomSource& random) {
  std::array<std::byte, 56> bytes{};
  random.fill(bytes);
  return core::to_base64(core::as_text(bytes));
}

}  // namespace fogbank::aws
