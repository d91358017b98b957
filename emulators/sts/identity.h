// Handlers that tell callers who they are.
#pragma once

#include "emulators/service.h"
#include "models/sts.h"

namespace fogbank::emulators::sts {

using namespace models::sts;  // the inputs and outputs of this service

Reply<GetCallerIdentityOutput> get_caller_identity(Call& call,
                                                   const GetCallerIdentityInput& input);

}  // namespace fogbank::emulators::sts
