#include "core/check.h"

#include <cstdio>
#include <cstdlib>

namespace fogbank::core {

void broken_promise(std::string_view promise, std::source_location where) noexcept {
  std::fprintf(stderr, "fogbank: broken promise at %s:%u (%s): %.*s\n", where.file_name(),
               static_cast<unsigned>(where.line()), where.function_name(),
               static_cast<int>(promise.size()), promise.data());
  std::abort();
}

}  // namespace fogbank::core
