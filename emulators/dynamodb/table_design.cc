#include "emulators/dynamodb/table_design.h"

#include <algorithm>
#include <string>

#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/limits.h"

namespace fogbank::emulators::dynamodb {
namespace {

using Checked = core::Result<void, aws::AwsError>;

constexpr int64_t kUnitsMax = 1'000'000'000'000;
constexpr std::size_t kTagKeyCharactersMax = 128;
constexpr std::size_t kTagValueCharactersMax = 256;

template <class List, class Name>
std::string names_in(const List& list, Name name) {
  std::string out;
  for (const auto& each : list) {
    if (!out.empty()) out += ", ";
    out += name(each);
  }
  return out;
}

class Design final {
 public:
  Design(const CreateTableInput& input, core::Arena& arena) : input_(input), arena_(arena) {}

  core::Result<TableRecord, aws::AwsError> run() {
    for (const auto step :
         {&Design::refuse_what_is_not_emulated, &Design::take_billing, &Design::take_key_schema,
          &Design::take_local_indexes, &Design::take_global_indexes, &Design::check_definitions,
          &Design::take_rest}) {
      if (auto done = (this->*step)(); !done) return done.error();
    }
    return table_;
  }

 private:
  static Checked refused(std::string_view what) { return not_emulated(what); }

  Checked refuse_what_is_not_emulated() {
    const auto& stream = input_.stream_specification;
    if (stream && stream->stream_enabled.value_or(false)) return refused("StreamSpecification");
    const auto& encryption = input_.sse_specification;
    if (encryption && encryption->enabled.value_or(true)) return refused("SSESpecification");
    if (input_.warm_throughput) return refused("WarmThroughput");
    if (input_.on_demand_throughput) return refused("OnDemandThroughput");
    if (input_.resource_policy) return refused("ResourcePolicy");
    if (input_.global_table_source_arn) return refused("GlobalTableSourceArn");
    if (input_.global_table_settings_replication_mode) {
      return refused("GlobalTableSettingsReplicationMode");
    }
    return {};
  }

  Checked take_billing() {
    table_.is_on_demand = input_.billing_mode == "PAY_PER_REQUEST";
    if (table_.is_on_demand) {
      if (!input_.provisioned_throughput) return {};
      return invalid_parameter(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
          "PAY_PER_REQUEST");
    }
    if (!input_.provisioned_throughput) {
      return invalid_parameter(
          "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
          "PROVISIONED");
    }
    auto throughput = throughput_of(*input_.provisioned_throughput);
    if (!throughput) return throughput.error();
    table_.throughput = *throughput;
    return {};
  }

  // The definition of a key attribute, marked as used; kNone if there is none.
  AttributeKind defined_kind(std::string_view name) {
    for (const auto& definition : input_.attribute_definitions) {
      if (definition.attribute_name.view() != name) continue;
      if (std::none_of(used_.begin(), used_.end(),
                       [name](const aws::Text& each) { return each.view() == name; })) {
        used_.append(arena_, name);
      }
      if (definition.attribute_type == "S") return AttributeKind::kString;
      if (definition.attribute_type == "N") return AttributeKind::kNumber;
      return AttributeKind::kBinary;
    }
    return AttributeKind::kNone;
  }

  std::string definition_names() const {
    return names_in(input_.attribute_definitions,
                    [](const AttributeDefinition& each) { return each.attribute_name.view(); });
  }

  aws::AwsError undefined_keys(const aws::List<KeySchemaElement>& elements) const {
    const std::string keys =
        names_in(elements, [](const KeySchemaElement& each) { return each.attribute_name.view(); });
    return invalid_parameter(
        "Some index key attributes are not defined in AttributeDefinitions. Keys: [" + keys +
        "], AttributeDefinitions: [" + definition_names() + "]");
  }

  core::Result<KeySchema, aws::AwsError> schema_of(const aws::List<KeySchemaElement>& elements) {
    if (elements.empty() || elements.size() > 2) {
      return validation(
          "1 validation error detected: Value at 'keySchema' failed to satisfy "
          "constraint: Member must have length " +
          std::string(elements.empty() ? "greater than or equal to 1" : "less than or equal to 2"));
    }
    KeySchema schema;
    schema.partition = {elements[0].attribute_name, defined_kind(elements[0].attribute_name)};
    if (elements.size() == 2) {
      schema.sort = {elements[1].attribute_name, defined_kind(elements[1].attribute_name)};
    }
    const bool is_defined = schema.partition.kind != AttributeKind::kNone &&
                            (elements.size() == 1 || schema.sort.kind != AttributeKind::kNone);
    if (!is_defined) return undefined_keys(elements);
    if (elements.size() == 2 && schema.partition.name == schema.sort.name) {
      return validation(
          "Both the Hash Key and the Range Key element in the KeySchema have the same name");
    }
    if (elements[0].key_type != "HASH") {
      return validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    }
    if (elements.size() == 2 && elements[1].key_type != "RANGE") {
      return validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    }
    return schema;
  }

  Checked take_key_schema() {
    auto schema = schema_of(input_.key_schema);
    if (!schema) return schema.error();
    table_.schema = *schema;
    return {};
  }

  Checked check_definitions() {
    for (const auto& definition : input_.attribute_definitions) {
      const auto count =
          std::count_if(input_.attribute_definitions.begin(), input_.attribute_definitions.end(),
                        [&](const AttributeDefinition& each) {
                          return each.attribute_name.view() == definition.attribute_name.view();
                        });
      if (count > 1) {
        return validation("Cannot have two attributes with the same name");
      }
    }
    if (used_.size() == input_.attribute_definitions.size()) return {};
    if (table_.indexes.empty()) {
      return invalid_parameter(
          "Number of attributes in KeySchema does not exactly match number of attributes defined "
          "in AttributeDefinitions");
    }
    const std::string used = names_in(used_, [](const aws::Text& each) { return each.view(); });
    return invalid_parameter("Some AttributeDefinitions are not used. AttributeDefinitions: [" +
                             definition_names() + "], keys used: [" + used + "]");
  }

  // What local and global indexes have in common.
  template <class Index>
  core::Result<IndexRecord, aws::AwsError> index_of(const Index& asked) {
    IndexRecord index;
    index.number = static_cast<uint8_t>(table_.indexes.size() + 1);
    index.name = asked.index_name;
    auto schema = schema_of(asked.key_schema);
    if (!schema) return schema.error();
    index.schema = *schema;
    if (auto done = take_projection(asked.projection, index); !done) return done.error();
    if (table_.index_named(index.name) != nullptr) {
      return invalid_parameter("Duplicate index name: " + std::string(index.name));
    }
    return index;
  }

  Checked take_projection(const aws::Ptr<Projection>& asked, IndexRecord& index) {
    const std::string_view type = asked ? asked->projection_type.view() : std::string_view();
    if (type == "ALL") {
      index.projection = ProjectionKind::kAll;
    } else if (type == "KEYS_ONLY") {
      index.projection = ProjectionKind::kKeysOnly;
    } else if (type == "INCLUDE") {
      index.projection = ProjectionKind::kInclude;
    } else {
      return invalid_parameter("Unknown ProjectionType: " +
                               (type.empty() ? "null" : std::string(type)));
    }
    const auto& included = asked->non_key_attributes;
    if (index.projection != ProjectionKind::kInclude) {
      if (!included) return {};
      return invalid_parameter("ProjectionType is " + std::string(type) +
                               ", but NonKeyAttributes is specified");
    }
    if (included.empty()) {
      return invalid_parameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    }
    projected_attributes_ += included.size();
    if (projected_attributes_ > kProjectedAttributesMax) {
      return invalid_parameter(
          "Number of NonKeyAttributes over all indexes exceeds the per-table limit of 100");
    }
    index.included = included;
    return {};
  }

  Checked take_local_indexes() {
    const auto& asked = input_.local_secondary_indexes;
    if (!asked) return {};
    if (asked.empty()) return invalid_parameter("List of LocalSecondaryIndexes is empty");
    if (!table_.schema.has_sort()) {
      return invalid_parameter(
          "Table KeySchema does not have a range key, which is required when specifying a "
          "LocalSecondaryIndex");
    }
    if (asked.size() > kLocalIndexesMax) {
      return invalid_parameter("LocalSecondaryIndex count exceeds the per-table limit of 5");
    }
    for (const auto& one : asked) {
      auto index = index_of(one);
      if (!index) return index.error();
      if (!index->schema.has_sort()) {
        return invalid_parameter("Index KeySchema does not have a range key for index: " +
                                 std::string(index->name));
      }
      if (index->schema.partition.name != table_.schema.partition.name) {
        return invalid_parameter(
            "Index KeySchema does not have the same leading hash key as table KeySchema for "
            "index: " +
            std::string(index->name) +
            ". index hash key: " + std::string(index->schema.partition.name) +
            ", table hash key: " + std::string(table_.schema.partition.name));
      }
      table_.indexes.append(arena_, *index);
    }
    return {};
  }

  Checked take_global_indexes() {
    const auto& asked = input_.global_secondary_indexes;
    if (!asked) return {};
    if (asked.empty()) return invalid_parameter("List of GlobalSecondaryIndexes is empty");
    if (asked.size() > kGlobalIndexesMax) {
      return invalid_parameter("GlobalSecondaryIndex count exceeds the per-table limit of 20");
    }
    for (const auto& one : asked) {
      if (one.on_demand_throughput) return refused("OnDemandThroughput");
      if (one.warm_throughput) return refused("WarmThroughput");
      auto index = index_of(one);
      if (!index) return index.error();
      index->is_global = true;
      if (auto done = take_index_throughput(one, *index); !done) return done;
      table_.indexes.append(arena_, *index);
    }
    return {};
  }

  Checked take_index_throughput(const GlobalSecondaryIndex& asked, IndexRecord& index) {
    if (table_.is_on_demand) {
      if (!asked.provisioned_throughput) return {};
      return invalid_parameter("ProvisionedThroughput should not be specified for index: " +
                               std::string(index.name) + " when BillingMode is PAY_PER_REQUEST");
    }
    if (!asked.provisioned_throughput) {
      return invalid_parameter("ProvisionedThroughput must be specified for index: " +
                               std::string(index.name));
    }
    auto throughput = throughput_of(*asked.provisioned_throughput);
    if (!throughput) return throughput.error();
    index.throughput = *throughput;
    return {};
  }

  Checked take_rest() {
    table_.is_delete_protected = input_.deletion_protection_enabled.value_or(false);
    table_.shows_table_class = input_.table_class.has_value();
    table_.table_class = input_.table_class == "STANDARD_INFREQUENT_ACCESS"
                             ? TableClass::kInfrequentAccess
                             : TableClass::kStandard;
    auto tags = merge_tags({}, input_.tags, arena_);
    if (!tags) return tags.error();
    table_.tags = *tags;
    return {};
  }

  const CreateTableInput& input_;
  core::Arena& arena_;
  TableRecord table_;
  aws::List<aws::Text> used_;  // attribute definitions that a key has
  std::size_t projected_attributes_ = 0;
};

}  // namespace

core::Result<TableRecord, aws::AwsError> design_table(const CreateTableInput& input,
                                                      core::Arena& arena) {
  return Design(input, arena).run();
}

core::Result<Throughput, aws::AwsError> throughput_of(const ProvisionedThroughput& asked) {
  const int64_t reads = asked.read_capacity_units.value_or(0);
  const int64_t writes = asked.write_capacity_units.value_or(0);
  for (const auto& [name, value] :
       {std::pair{"ReadCapacityUnits", reads}, std::pair{"WriteCapacityUnits", writes}}) {
    if (value > kUnitsMax) {
      return validation("Given value " + std::to_string(value) + " for " + name +
                        " is out of bounds");
    }
    if (value < 1) return invalid_parameter(std::string(name) + " must be at least 1");
  }
  return Throughput{static_cast<uint64_t>(reads), static_cast<uint64_t>(writes)};
}

core::Result<aws::List<TagRecord>, aws::AwsError> merge_tags(const aws::List<TagRecord>& present,
                                                             const aws::List<Tag>& more,
                                                             core::Arena& arena) {
  aws::List<TagRecord> out;
  for (const auto& tag : present) out.append(arena, tag);
  for (const auto& tag : more) {
    if (tag.key.empty() || tag.key.size() > kTagKeyCharactersMax * 4 ||
        tag.value.size() > kTagValueCharactersMax * 4) {
      return invalid_parameter("A tag's key has 1 to 128 characters, its value at most 256");
    }
    auto* const known = std::find_if(
        out.begin(), out.end(), [&](const TagRecord& each) { return each.key == tag.key.view(); });
    if (known != out.end()) {
      known->value = tag.value;
    } else {
      out.append(arena, {tag.key, tag.value});
    }
  }
  if (out.size() > kTagsMax) {
    return limit_exceeded("Too many tags: a table has at most 50");
  }
  return out;
}

}  // namespace fogbank::emulators::dynamodb
