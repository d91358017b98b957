// Amazon DynamoDB, API 2012-08-10; see docs/services/dynamodb.md.
#pragma once

#include "emulators/service.h"

namespace fogbank::emulators::dynamodb {

Service make_service();

}  // namespace fogbank::emulators::dynamodb
