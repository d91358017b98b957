// What kill_test.cc and the program it kills agree on.
#pragma once

#include <string>
#include <string_view>

namespace fogbank::storage {

// Reports are lines: "+key", "+key blob" (a put is acknowledged; a blob holds its key's value),
// "?key" (an erase begins) and "-key" (it is acknowledged).
inline constexpr int kReportFd = 3;

// Each put emits its key to this queue.
inline constexpr std::string_view kQueue = "audit";

inline std::string value_of(std::string_view key) {
  std::string value;
  while (value.size() < 700) value.append(key).push_back('.');
  return value;
}

}  // namespace fogbank::storage
