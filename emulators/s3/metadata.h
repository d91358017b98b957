// What a client gives an object to keep: system metadata, user metadata, storage class.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "aws/shape.h"
#include "core/arena.h"
#include "emulators/s3/access.h"
#include "emulators/s3/records.h"

namespace fogbank::emulators::s3 {

inline constexpr std::string_view kDefaultContentType = "binary/octet-stream";

// Names in lower case, the default type, Content-Encoding without "aws-chunked", which is of the
// transfer and not of the object. MetadataTooLarge.
[[nodiscard]] Found<Metadata> normalize(Metadata metadata);

// Of PutObject, CopyObject and CreateMultipartUpload.
template <class Input>
Found<Metadata> read_metadata(const Input& in) {
  Metadata metadata{.content_type = in.content_type.str(),
                    .cache_control = in.cache_control.str(),
                    .content_disposition = in.content_disposition.str(),
                    .content_encoding = in.content_encoding.str(),
                    .content_language = in.content_language.str(),
                    .expires = in.expires.str(),
                    .website_redirect_location = in.website_redirect_location.str()};
  for (const auto& [name, value] : in.metadata)
    metadata.user.emplace_back(name.view(), value.view());
  return normalize(std::move(metadata));
}

// Into GetObjectOutput and HeadObjectOutput.
template <class Output>
void show_metadata(core::Arena& arena, const Metadata& metadata, Output& out) {
  const auto show = [&](const std::string& from, aws::Text& to) {
    if (!from.empty()) to = arena.copy(from);
  };
  show(metadata.content_type, out.content_type);
  show(metadata.cache_control, out.cache_control);
  show(metadata.content_disposition, out.content_disposition);
  show(metadata.content_encoding, out.content_encoding);
  show(metadata.content_language, out.content_language);
  show(metadata.expires, out.expires);
  show(metadata.website_redirect_location, out.website_redirect_location);
  for (const auto& [name, value] : metadata.user) {
    out.metadata.append(arena, {arena.copy(name), aws::Text(arena.copy(value))});
  }
}

// "STANDARD" without a wish; InvalidStorageClass of those that general purpose buckets lack.
[[nodiscard]] Found<std::string> read_storage_class(const aws::Text& asked);
// Objects of these must be restored before they can be read.
[[nodiscard]] bool is_archive(std::string_view storage_class);

}  // namespace fogbank::emulators::s3
