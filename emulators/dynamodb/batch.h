// Handlers of many items by their keys.
#pragma once

#include "emulators/service.h"
#include "models/dynamodb.h"

namespace fogbank::emulators::dynamodb {

using namespace models::dynamodb;  // the inputs and outputs of this service

Reply<BatchGetItemOutput> batch_get_item(Call& call, const BatchGetItemInput& input);
Reply<BatchWriteItemOutput> batch_write_item(Call& call, const BatchWriteItemInput& input);

}  // namespace fogbank::emulators::dynamodb
