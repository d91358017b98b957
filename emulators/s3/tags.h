// Tags of objects and buckets (Amazon S3 User Guide, "Categorizing your objects using tags").
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "aws/shape.h"
#include "core/arena.h"
#include "emulators/s3/access.h"
#include "emulators/s3/errors.h"
#include "emulators/s3/records.h"
#include "models/s3.h"

namespace fogbank::emulators::s3 {

// Of the x-amz-tagging header: "key=value&other=value", percent-encoded.
[[nodiscard]] Found<std::vector<Tag>> parse_tagging_header(std::string_view header);

enum class Tagged : uint8_t { kObject, kBucket };
[[nodiscard]] Found<std::vector<Tag>> read_tags(const aws::List<models::s3::Tag>& tags,
                                                Tagged tagged);
[[nodiscard]] aws::List<models::s3::Tag> show_tags(core::Arena& arena,
                                                   const std::vector<Tag>& tags);

}  // namespace fogbank::emulators::s3
