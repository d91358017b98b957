// From the input of CreateTable to the record of a table, with all the checks between.
#pragma once

#include "aws/error.h"
#include "core/result.h"
#include "emulators/dynamodb/table.h"
#include "models/dynamodb.h"

namespace fogbank::emulators::dynamodb {

using namespace models::dynamodb;

// Keys, indexes, billing and tags as the input asks; id, times and names are the caller's to set.
// Views of the input and of the arena.
core::Result<TableRecord, aws::AwsError> design_table(const CreateTableInput& input,
                                                      core::Arena& arena);

// Both units, within AWS's bounds.
core::Result<Throughput, aws::AwsError> throughput_of(const ProvisionedThroughput& asked);

// Tags within AWS's limits, no key twice.
core::Result<aws::List<TagRecord>, aws::AwsError> merge_tags(const aws::List<TagRecord>& present,
                                                             const aws::List<Tag>& more,
                                                             core::Arena& arena);

}  // namespace fogbank::emulators::dynamodb
