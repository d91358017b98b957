// Promises inside our own code. Never `check` anything a peer controls: that is a Result.
#pragma once

#include <source_location>
#include <string_view>

namespace fogbank::core {

// Logs `promise` with its place on standard error and aborts, in release builds too.
[[noreturn]] void broken_promise(std::string_view promise, std::source_location where) noexcept;

inline void check(bool condition, std::string_view promise,
                  std::source_location where = std::source_location::current()) noexcept {
  if (!condition) broken_promise(promise, where);
}

}  // namespace fogbank::core
