// Amazon SQS, API 2012-11-05, over its JSON and its query protocol; see docs/services/sqs.md.
#pragma once

#include "emulators/service.h"

namespace fogbank::emulators::sqs {

Service make_service();

}  // namespace fogbank::emulators::sqs
