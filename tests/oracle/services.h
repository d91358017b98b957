// The services whose codecs a codec_tool serves.
#pragma once

#include <string_view>

#include "aws/model.h"

namespace fogbank::oracle {

// Null if there is none of that name.
[[nodiscard]] const aws::ServiceModel* find_service(std::string_view name);

}  // namespace fogbank::oracle
