// A table as DescribeTable shows it.
#pragma once

#include "emulators/dynamodb/table.h"
#include "models/dynamodb.h"

namespace fogbank::emulators::dynamodb {

using namespace models::dynamodb;

// `status` is that of the table and of its global indexes: CREATING, ACTIVE or DELETING.
aws::Ptr<TableDescription> describe(Call& call, const TableRecord& table, std::string_view status);

}  // namespace fogbank::emulators::dynamodb
