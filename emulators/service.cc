#include "emulators/service.h"

namespace fogbank::emulators {

aws::AwsError not_emulated(std::string_view what) {
  return {.code = "NotImplemented",
          .message = "fogbank does not emulate " + std::string(what) + " yet.",
          .status = 501};
}

}  // namespace fogbank::emulators
