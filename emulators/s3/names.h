// What S3 accepts as the name of a bucket and as an object's key.
#pragma once

#include <string_view>

namespace fogbank::emulators::s3 {

// The rules for new general purpose buckets (Amazon S3 User Guide, "General purpose bucket
// naming rules"): 3 to 63 lower-case letters, digits, dots and hyphens, letter or digit at both
// ends, no two dots in a row, not an IPv4 address, none of the reserved beginnings and endings.
[[nodiscard]] bool is_bucket_name(std::string_view name);

}  // namespace fogbank::emulators::s3
