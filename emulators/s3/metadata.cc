#include "emulators/s3/metadata.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text.h"
#include "emulators/s3/limits.h"

namespace fogbank::emulators::s3 {
namespace {

constexpr std::array<std::string_view, 8> kStorageClasses = {
    "STANDARD",   "REDUCED_REDUNDANCY",  "STANDARD_IA", "ONEZONE_IA",
    "GLACIER_IR", "INTELLIGENT_TIERING", "GLACIER",     "DEEP_ARCHIVE"};

std::string without_aws_chunked(std::string_view encodings) {
  std::string out;
  while (!encodings.empty()) {
    const std::size_t comma = encodings.find(',');
    const std::string_view one = core::trim(encodings.substr(0, comma));
    encodings = comma == std::string_view::npos ? std::string_view() : encodings.substr(comma + 1);
    if (one.empty() || core::equals_ignoring_case(one, "aws-chunked")) continue;
    if (!out.empty()) out += ",";
    out += one;
  }
  return out;
}

}  // namespace

Found<Metadata> normalize(Metadata metadata) {
  if (metadata.content_type.empty()) metadata.content_type = kDefaultContentType;
  metadata.content_encoding = without_aws_chunked(metadata.content_encoding);
  const std::size_t system_bytes = metadata.content_type.size() + metadata.cache_control.size() +
                                   metadata.content_disposition.size() +
                                   metadata.content_encoding.size() +
                                   metadata.content_language.size() + metadata.expires.size();
  if (system_bytes > kSystemMetadataBytesMax) return metadata_too_large(system_bytes);
  if (metadata.website_redirect_location.size() > kRedirectLocationBytesMax) {
    return metadata_too_large(metadata.website_redirect_location.size());
  }
  std::size_t user_bytes = 0;
  for (auto& [name, value] : metadata.user) {
    name = core::to_lower(name);
    user_bytes += name.size() + value.size();
  }
  if (user_bytes > kUserMetadataBytesMax) return metadata_too_large(user_bytes);
  return metadata;
}

Found<std::string> read_storage_class(const aws::Text& asked) {
  if (!asked) return std::string(kStorageClasses.front());
  const auto known = std::find(kStorageClasses.begin(), kStorageClasses.end(), asked.view());
  if (known == kStorageClasses.end()) return invalid_storage_class(asked);
  return std::string(*known);
}

bool is_archive(std::string_view storage_class) {
  return storage_class == "GLACIER" || storage_class == "DEEP_ARCHIVE";
}

}  // namespace fogbank::emulators::s3
