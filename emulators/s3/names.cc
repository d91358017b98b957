#include "emulators/s3/names.h"

#include <algorithm>
#include <array>

#include "emulators/s3/limits.h"

namespace fogbank::emulators::s3 {
namespace {

constexpr std::array<std::string_view, 3> kReservedBeginnings = {"xn--", "sthree-",
                                                                 "amzn-s3-demo-"};
constexpr std::array<std::string_view, 5> kReservedEndings = {"-s3alias", "--ol-s3", ".mrap",
                                                              "--x-s3", "--table-s3"};

constexpr bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Four groups of one to three digits, as 192.168.5.4; AWS refuses 999.9.9.9 as well.
bool is_formatted_as_address(std::string_view name) {
  std::size_t groups = 0;
  while (true) {
    const std::size_t dot = name.find('.');
    const std::string_view group = name.substr(0, dot);
    const bool is_number =
        !group.empty() && group.size() <= 3 &&
        std::all_of(group.begin(), group.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number) return false;
    ++groups;
    if (dot == std::string_view::npos) return groups == 4;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_bucket_name(std::string_view name) {
  if (name.size() < kBucketNameBytesMin || name.size() > kBucketNameBytesMax) return false;
  if (!is_letter_or_digit(name.front()) || !is_letter_or_digit(name.back())) return false;
  const auto is_allowed = [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-'; };
  if (!std::all_of(name.begin(), name.end(), is_allowed)) return false;
  if (name.find("..") != std::string_view::npos || is_formatted_as_address(name)) return false;
  return std::none_of(kReservedBeginnings.begin(), kReservedBeginnings.end(),
                      [&](std::string_view text) { return name.starts_with(text); }) &&
         std::none_of(kReservedEndings.begin(), kReservedEndings.end(),
                      [&](std::string_view text) { return name.ends_with(text); });
}

}  // namespace fogbank::emulators::s3
