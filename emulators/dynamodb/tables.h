// Handlers of tables, and of what an account may do with them.
#pragma once

#include "emulators/service.h"
#include "models/dynamodb.h"

namespace fogbank::emulators::dynamodb {

using namespace models::dynamodb;  // the inputs and outputs of this service

Reply<CreateTableOutput> create_table(Call& call, const CreateTableInput& input);
Reply<DescribeTableOutput> describe_table(Call& call, const DescribeTableInput& input);
Reply<ListTablesOutput> list_tables(Call& call, const ListTablesInput& input);
Reply<UpdateTableOutput> update_table(Call& call, const UpdateTableInput& input);
Reply<DescribeTimeToLiveOutput> describe_time_to_live(Call& call,
                                                      const DescribeTimeToLiveInput& input);
Reply<DeleteTableOutput> delete_table(Call& call, const DeleteTableInput& input);
Reply<DescribeLimitsOutput> describe_limits(Call& call, const DescribeLimitsInput& input);
Reply<DescribeEndpointsResponse> describe_endpoints(Call& call,
                                                    const DescribeEndpointsRequest& input);

}  // namespace fogbank::emulators::dynamodb
