// What an operator can do where a host forbids what a sandbox needs.
#pragma once

#include "core/result.h"

namespace fogbank::compute {

// `error` with advice, if it is of a kind that the host's settings cause: distributions forbid
// namespaces to ordinary users in different ways. Other errors are returned as they are.
[[nodiscard]] core::Error with_remedy(core::Error error);

}  // namespace fogbank::compute
