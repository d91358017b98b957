#include "emulators/dynamodb/batch.h"
#include "emulators/dynamodb/dynamodb.h"
#include "emulators/dynamodb/items.h"
#include "emulators/dynamodb/query.h"
#include "emulators/dynamodb/tables.h"
#include "emulators/dynamodb/tags.h"
#include "models/dynamodb.h"

namespace fogbank::emulators::dynamodb {
namespace {

constexpr std::string_view kCollectionGap =
    "ItemCollectionMetrics always estimate 0 to 1 GB, and the 10 GB limit of a collection is not "
    "enforced";

constexpr Operation kOperations[] = {
    read<&batch_get_item>("BatchGetItem", Coverage::kFull),
    write<&batch_write_item>("BatchWriteItem", Coverage::kPartial, kCollectionGap),
    write<&create_table>("CreateTable", Coverage::kPartial,
                         "streams, customer-managed encryption, warm and on-demand throughput, "
                         "resource policies and global tables are refused"),
    write<&delete_item>("DeleteItem", Coverage::kPartial, kCollectionGap),
    write<&delete_table>("DeleteTable", Coverage::kFull),
    read<&describe_endpoints>("DescribeEndpoints", Coverage::kFull),
    read<&describe_limits>("DescribeLimits", Coverage::kFull),
    read<&describe_table>("DescribeTable", Coverage::kFull),
    read<&describe_time_to_live>("DescribeTimeToLive", Coverage::kFull),
    read<&get_item>("GetItem", Coverage::kFull),
    read<&list_tables>("ListTables", Coverage::kFull),
    read<&list_tags_of_resource>("ListTagsOfResource", Coverage::kPartial, "tables only"),
    write<&put_item>("PutItem", Coverage::kPartial, kCollectionGap),
    read<&query>("Query", Coverage::kFull),
    read<&scan>("Scan", Coverage::kFull),
    write<&tag_resource>("TagResource", Coverage::kPartial, "tables only"),
    write<&untag_resource>("UntagResource", Coverage::kPartial, "tables only"),
    write<&update_item>("UpdateItem", Coverage::kPartial, kCollectionGap),
    write<&update_table>("UpdateTable", Coverage::kPartial,
                         "changes of indexes, streams, encryption, replicas, warm and on-demand "
                         "throughput are refused"),
};

}  // namespace

Service make_service() { return {"dynamodb", &models::dynamodb::model(), kOperations}; }

}  // namespace fogbank::emulators::dynamodb
