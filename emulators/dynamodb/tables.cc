#include "emulators/dynamodb/tables.h"

#include "core/bytes.h"
#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/limits.h"
#include "emulators/dynamodb/parameters.h"
#include "emulators/dynamodb/table_description.h"
#include "emulators/dynamodb/table_design.h"

namespace fogbank::emulators::dynamodb {
namespace {

// Records erased in one transaction: it holds the writer thread up.
constexpr int kErasedRecordsMax = 10'000;

// Erases records that begin with `prefix`, at most `budget` of them; false if some are left.
bool erase_records(storage::Transaction& txn, std::string_view prefix, int& budget) {
  storage::Cursor cursor(txn);
  while (cursor.seek(prefix) && cursor.key().starts_with(prefix)) {
    if (budget-- <= 0) return false;
    txn.erase(std::string(cursor.key()));
  }
  return true;
}

// A deleted table's records can no longer be reached, since its id is never used again; the
// garbage record remembers that some may be left.
void erase_table_records(storage::Transaction& txn, uint64_t table_id, int& budget) {
  const bool is_done = erase_records(txn, items_prefix(table_id), budget) &&
                       erase_records(txn, index_prefix(table_id), budget) &&
                       erase_records(txn, counters_key(table_id), budget);
  if (is_done) {
    txn.erase(garbage_key(table_id));
  } else {
    txn.put(garbage_key(table_id), "");
  }
}

// What deleted tables have left, a piece with every change of tables.
void collect_garbage(storage::Transaction& txn, int& budget) {
  constexpr std::string_view kPrefix = "Dg";
  while (budget > 0) {
    storage::Cursor cursor(txn);
    if (!cursor.seek(kPrefix) || !cursor.key().starts_with(kPrefix)) return;
    core::ByteReader id(cursor.key().substr(kPrefix.size()));
    erase_table_records(txn, id.u64(), budget);
  }
}

}  // namespace

Reply<CreateTableOutput> create_table(Call& call, const CreateTableInput& input) {
  auto name = table_name_in(call, input.table_name);
  if (!name) return name.error();
  if (name->size() < kTableNameCharactersMin) {
    return validation(
        "TableName must be at least 3 characters long and at most 255 characters long");
  }
  auto table = design_table(input, call.arena);
  if (!table) return table.error();
  const std::string key = table_key(call.account, call.region, *name);
  if (call.txn.get(key)) return resource_in_use("Table already exists: " + std::string(*name));
  int budget = kErasedRecordsMax;
  collect_garbage(call.txn, budget);

  table->id = call.random.number();
  table->name = *name;
  table->uuid = call.keep(call.random.uuid());
  table->created_ms = call.now_ms;
  if (table->is_on_demand) table->on_demand_since_ms = call.now_ms;
  call.txn.put(key, table->encode());
  CreateTableOutput output;
  output.table_description = describe(call, *table, "CREATING");
  return output;
}

// A table is usable from the commit of CreateTable on, so the first description says ACTIVE.
Reply<DescribeTableOutput> describe_table(Call& call, const DescribeTableInput& input) {
  auto name = table_name_in(call, input.table_name);
  if (!name) return name.error();
  const auto table = find_table(call, *name);
  if (!table) return named_table_not_found(*name);
  DescribeTableOutput output;
  output.table = describe(call, *table, "ACTIVE");
  return output;
}

Reply<ListTablesOutput> list_tables(Call& call, const ListTablesInput& input) {
  const int32_t limit = input.limit.value_or(kListTablesMax);
  if (limit < 1 || limit > kListTablesMax) {
    return validation("1 validation error detected: Value '" + std::to_string(limit) +
                      "' at 'limit' failed to satisfy constraint: Member must have value " +
                      (limit < 1 ? "greater than or equal to 1" : "less than or equal to 100"));
  }
  const std::string prefix = table_prefix(call.account, call.region);
  std::string from = prefix;
  if (input.exclusive_start_table_name) {
    from += input.exclusive_start_table_name.view();
    from.push_back('\0');
  }
  ListTablesOutput output;
  output.table_names = aws::List<aws::Text>::make(call.arena);
  storage::Cursor cursor(call.txn);
  for (bool found = cursor.seek(from); found && cursor.key().starts_with(prefix);
       found = cursor.next()) {
    if (output.table_names.size() == static_cast<std::size_t>(limit)) {
      output.last_evaluated_table_name = output.table_names.back();
      break;
    }
    output.table_names.append(call.arena, call.keep(cursor.key().substr(prefix.size())));
  }
  return output;
}

Reply<DeleteTableOutput> delete_table(Call& call, const DeleteTableInput& input) {
  auto name = table_name_in(call, input.table_name);
  if (!name) return name.error();
  const auto table = find_table(call, *name);
  if (!table) return named_table_not_found(*name);
  if (table->is_delete_protected) {
    return validation(
        "Resource cannot be deleted as it is currently protected against deletion. Disable "
        "deletion protection first.");
  }
  DeleteTableOutput output;
  output.table_description = describe(call, *table, "DELETING");
  call.txn.erase(table_key(call.account, call.region, *name));
  int budget = kErasedRecordsMax;
  erase_table_records(call.txn, table->id, budget);
  collect_garbage(call.txn, budget);
  return output;
}

namespace {

core::Result<void, aws::AwsError> check_update(const UpdateTableInput& input) {
  for (const Given& parameter : std::initializer_list<Given>{
           {"GlobalSecondaryIndexUpdates", input.global_secondary_index_updates.has_value()},
           {"StreamSpecification", input.stream_specification.has_value()},
           {"SSESpecification", input.sse_specification.has_value()},
           {"ReplicaUpdates", input.replica_updates.has_value()},
           {"MultiRegionConsistency", input.multi_region_consistency.has_value()},
           {"GlobalTableWitnessUpdates", input.global_table_witness_updates.has_value()},
           {"OnDemandThroughput", input.on_demand_throughput.has_value()},
           {"WarmThroughput", input.warm_throughput.has_value()},
           {"GlobalTableSettingsReplicationMode",
            input.global_table_settings_replication_mode.has_value()}}) {
    if (parameter.is_given) return not_emulated(parameter.name);
  }
  if (input.billing_mode || input.provisioned_throughput || input.table_class ||
      input.deletion_protection_enabled) {
    return {};
  }
  return validation(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
      "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required");
}

core::Result<void, aws::AwsError> update_billing(const Call& call, const UpdateTableInput& input,
                                                 TableRecord& table) {
  const bool stays = !input.billing_mode;
  const bool is_on_demand = stays ? table.is_on_demand : input.billing_mode == "PAY_PER_REQUEST";
  if (is_on_demand) {
    if (input.provisioned_throughput) {
      return invalid_parameter(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
          "PAY_PER_REQUEST");
    }
    if (!table.is_on_demand) table.on_demand_since_ms = call.now_ms;
    table.is_on_demand = true;
    table.throughput = {};
    for (IndexRecord& index : table.indexes) index.throughput = {};
    return {};
  }
  if (!input.provisioned_throughput) {
    if (!table.is_on_demand) return {};
    return invalid_parameter(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED");
  }
  // Each global index would need units of its own, which only GlobalSecondaryIndexUpdates can say.
  if (table.is_on_demand && table.has_global_indexes()) {
    return not_emulated("GlobalSecondaryIndexUpdates");
  }
  auto throughput = throughput_of(*input.provisioned_throughput);
  if (!throughput) return throughput.error();
  table.is_on_demand = false;
  table.throughput = *throughput;
  return {};
}

}  // namespace

Reply<UpdateTableOutput> update_table(Call& call, const UpdateTableInput& input) {
  auto name = table_name_in(call, input.table_name);
  if (!name) return name.error();
  if (auto legal = check_update(input); !legal) return legal.error();
  auto table = find_table(call, *name);
  if (!table) return named_table_not_found(*name);
  if (auto done = update_billing(call, input, *table); !done) return done.error();
  if (input.table_class) {
    table->shows_table_class = true;
    table->table_class =
        input.table_class == "STANDARD" ? TableClass::kStandard : TableClass::kInfrequentAccess;
  }
  table->is_delete_protected =
      input.deletion_protection_enabled.value_or(table->is_delete_protected);
  call.txn.put(table_key(call.account, call.region, *name), table->encode());
  UpdateTableOutput output;
  output.table_description = describe(call, *table, "UPDATING");
  return output;
}

// Time to live cannot be turned on here, so it is off.
Reply<DescribeTimeToLiveOutput> describe_time_to_live(Call& call,
                                                      const DescribeTimeToLiveInput& input) {
  auto name = table_name_in(call, input.table_name);
  if (!name) return name.error();
  if (!find_table(call, *name)) return named_table_not_found(*name);
  DescribeTimeToLiveOutput output;
  output.time_to_live_description = aws::Ptr<TimeToLiveDescription>::make(call.arena);
  output.time_to_live_description->time_to_live_status = "DISABLED";
  return output;
}

// AWS's defaults of an account. Nothing here is ever throttled.
Reply<DescribeLimitsOutput> describe_limits(Call&, const DescribeLimitsInput&) {
  DescribeLimitsOutput output;
  output.account_max_read_capacity_units = int64_t{80'000};
  output.account_max_write_capacity_units = int64_t{80'000};
  output.table_max_read_capacity_units = int64_t{40'000};
  output.table_max_write_capacity_units = int64_t{40'000};
  return output;
}

// The endpoint is the one that was asked; clients may keep it for a day.
Reply<DescribeEndpointsResponse> describe_endpoints(Call& call, const DescribeEndpointsRequest&) {
  DescribeEndpointsResponse output;
  Endpoint endpoint;
  endpoint.address = call.host;
  endpoint.cache_period_in_minutes = int64_t{1440};
  output.endpoints.append(call.arena, endpoint);
  return output;
}

}  // namespace fogbank::emulators::dynamodb
