// Handlers that read many items.
#pragma once

#include "emulators/service.h"
#include "models/dynamodb.h"

namespace fogbank::emulators::dynamodb {

using namespace models::dynamodb;  // the inputs and outputs of this service

Reply<QueryOutput> query(Call& call, const QueryInput& input);
Reply<ScanOutput> scan(Call& call, const ScanInput& input);

}  // namespace fogbank::emulators::dynamodb
