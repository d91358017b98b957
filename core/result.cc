#include "core/result.h"

#include <system_error>

namespace fogbank::core {

Error system_error(std::string what, int number) {
  what += ": ";
  what += std::generic_category().message(number);
  return Error{std::move(what), number};
}

}  // namespace fogbank::core
