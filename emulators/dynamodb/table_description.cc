#include "emulators/dynamodb/table_description.h"

namespace fogbank::emulators::dynamodb {
namespace {

class Description final {
 public:
  Description(Call& call, const TableRecord& table, std::string_view status)
      : call_(call), arena_(call.arena), table_(table), status_(status) {}

  aws::Ptr<TableDescription> run() {
    auto out = aws::Ptr<TableDescription>::make(arena_);
    out->table_name = table_.name;
    out->table_status = status_;
    out->table_id = table_.uuid;
    out->table_arn = call_.keep(table_arn(call_, table_.name));
    out->creation_date_time = aws::Timestamp{table_.created_ms};
    out->key_schema = schema(table_.schema);
    out->attribute_definitions = definitions();
    out->provisioned_throughput = throughput(table_.throughput);
    const auto record = call_.txn.get(counters_key(table_.id));
    if (record) counters_ = TableCounters::decode(*record);
    out->item_count = static_cast<int64_t>(counters_.tallies[0].items);
    out->table_size_bytes = static_cast<int64_t>(counters_.tallies[0].bytes);
    if (table_.is_on_demand) {
      out->billing_mode_summary = aws::Ptr<BillingModeSummary>::make(arena_);
      out->billing_mode_summary->billing_mode = "PAY_PER_REQUEST";
      out->billing_mode_summary->last_update_to_pay_per_request_date_time =
          aws::Timestamp{table_.on_demand_since_ms};
    }
    if (table_.shows_table_class) {
      out->table_class_summary = aws::Ptr<TableClassSummary>::make(arena_);
      out->table_class_summary->table_class =
          table_.table_class == TableClass::kStandard ? "STANDARD" : "STANDARD_INFREQUENT_ACCESS";
    }
    out->deletion_protection_enabled = table_.is_delete_protected;
    for (const auto& index : table_.indexes) add_index(index, *out);
    return out;
  }

 private:
  aws::List<KeySchemaElement> schema(const KeySchema& schema) {
    aws::List<KeySchemaElement> out;
    KeySchemaElement element;
    element.attribute_name = schema.partition.name;
    element.key_type = "HASH";
    out.append(arena_, element);
    if (schema.has_sort()) {
      element.attribute_name = schema.sort.name;
      element.key_type = "RANGE";
      out.append(arena_, element);
    }
    return out;
  }

  aws::List<AttributeDefinition> definitions() {
    aws::List<AttributeDefinition> out;
    define(table_.schema.partition, out);
    define(table_.schema.sort, out);
    for (const auto& index : table_.indexes) {
      define(index.schema.partition, out);
      define(index.schema.sort, out);
    }
    return out;
  }

  void define(const KeyAttribute& attribute, aws::List<AttributeDefinition>& out) {
    if (attribute.name.empty()) return;
    for (const auto& known : out) {
      if (known.attribute_name.view() == attribute.name) return;
    }
    AttributeDefinition definition;
    definition.attribute_name = attribute.name;
    definition.attribute_type = aws::wire_name(attribute.kind);
    out.append(arena_, definition);
  }

  aws::Ptr<ProvisionedThroughputDescription> throughput(const Throughput& units) {
    auto out = aws::Ptr<ProvisionedThroughputDescription>::make(arena_);
    out->number_of_decreases_today = int64_t{0};
    out->read_capacity_units = static_cast<int64_t>(units.read_units);
    out->write_capacity_units = static_cast<int64_t>(units.write_units);
    return out;
  }

  aws::Ptr<Projection> projection(const IndexRecord& index) {
    auto out = aws::Ptr<Projection>::make(arena_);
    out->projection_type = index.projection == ProjectionKind::kAll        ? "ALL"
                           : index.projection == ProjectionKind::kKeysOnly ? "KEYS_ONLY"
                                                                           : "INCLUDE";
    if (index.projection == ProjectionKind::kInclude) out->non_key_attributes = index.included;
    return out;
  }

  std::string_view index_arn(const IndexRecord& index) {
    return call_.keep(table_arn(call_, table_.name) + "/index/" + std::string(index.name));
  }

  void add_index(const IndexRecord& index, TableDescription& out) {
    if (!index.is_global) {
      LocalSecondaryIndexDescription local;
      local.index_name = index.name;
      local.key_schema = schema(index.schema);
      local.projection = projection(index);
      local.index_arn = index_arn(index);
      local.item_count = static_cast<int64_t>(counters_.tallies[index.number].items);
      local.index_size_bytes = static_cast<int64_t>(counters_.tallies[index.number].bytes);
      out.local_secondary_indexes.append(arena_, local);
      return;
    }
    GlobalSecondaryIndexDescription global;
    global.index_name = index.name;
    global.key_schema = schema(index.schema);
    global.projection = projection(index);
    global.index_status = status_;
    global.provisioned_throughput = throughput(index.throughput);
    global.index_arn = index_arn(index);
    global.item_count = static_cast<int64_t>(counters_.tallies[index.number].items);
    global.index_size_bytes = static_cast<int64_t>(counters_.tallies[index.number].bytes);
    out.global_secondary_indexes.append(arena_, global);
  }

  Call& call_;
  core::Arena& arena_;
  const TableRecord& table_;
  std::string_view status_;
  TableCounters counters_;
};

}  // namespace

aws::Ptr<TableDescription> describe(Call& call, const TableRecord& table, std::string_view status) {
  return Description(call, table, status).run();
}

}  // namespace fogbank::emulators::dynamodb
