#pragma once

#include <string_view>

namespace fogbank::app {

inline constexpr std::string_view kVersion = FOGBANK_VERSION;

}  // namespace fogbank::app
