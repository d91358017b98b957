// AWS Security Token Service, API 2011-06-15; see docs/services/sts.md.
#pragma once

#include "emulators/service.h"

namespace fogbank::emulators::sts {

Service make_service();

}  // namespace fogbank::emulators::sts
