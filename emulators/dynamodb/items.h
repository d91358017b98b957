// Handlers of single items.
#pragma once

#include "emulators/service.h"
#include "models/dynamodb.h"

namespace fogbank::emulators::dynamodb {

using namespace models::dynamodb;  // the inputs and outputs of this service

Reply<PutItemOutput> put_item(Call& call, const PutItemInput& input);
Reply<GetItemOutput> get_item(Call& call, const GetItemInput& input);
Reply<DeleteItemOutput> delete_item(Call& call, const DeleteItemInput& input);
Reply<UpdateItemOutput> update_item(Call& call, const UpdateItemInput& input);  // update.cc

}  // namespace fogbank::emulators::dynamodb
