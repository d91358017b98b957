#include "emulators/dynamodb/item_store.h"

#include <algorithm>

#include "core/text.h"
#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/limits.h"

namespace fogbank::emulators::dynamodb {
namespace {

enum class Role : bool { kPartition, kSort };

core::Result<void, aws::AwsError> check_key_size(const KeyAttribute& attribute,
                                                 AttributeValue value, Role role) {
  if (value.is(AttributeKind::kNumber)) return {};
  const std::size_t bytes = value.text().size();
  if (bytes == 0) {
    return validation(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
        "contain an empty " +
        std::string(value.is(AttributeKind::kString) ? "string" : "binary") +
        " value. Key: " + std::string(attribute.name));
  }
  if (role == Role::kPartition && bytes > kPartitionKeyBytesMax) {
    // AWS leaves the space out.
    return invalid_parameter("Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
  if (role == Role::kSort && bytes > kSortKeyBytesMax) {
    return invalid_parameter(
        "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  }
  return {};
}

std::string make_item_key(const TableRecord& table, AttributeValue item) {
  std::string key = items_prefix(table.id);
  append_partition(item.find(table.schema.partition.name), key);
  if (table.schema.has_sort()) append_sort(item.find(table.schema.sort.name), key);
  return key;
}

core::Result<void, aws::AwsError> check_key_attribute(const KeyAttribute& attribute,
                                                      AttributeValue value, Role role) {
  if (!value.is(attribute.kind)) return key_mismatch();
  return check_key_size(attribute, value, role);
}

core::Result<void, aws::AwsError> check_item_attribute(const KeyAttribute& attribute,
                                                       AttributeValue item, Role role) {
  const AttributeValue value = item.find(attribute.name);
  if (!value) {
    return invalid_parameter("Missing the key " + std::string(attribute.name) + " in the item");
  }
  if (!value.is(attribute.kind)) {
    return invalid_parameter("Type mismatch for key " + std::string(attribute.name) +
                             " expected: " + std::string(aws::wire_name(attribute.kind)) +
                             " actual: " + std::string(aws::wire_name(value.kind())));
  }
  return check_key_size(attribute, value, role);
}

core::Result<void, aws::AwsError> check_index_attribute(const IndexRecord& index,
                                                        const KeyAttribute& attribute,
                                                        AttributeValue item, Role role) {
  const AttributeValue value = item.find(attribute.name);
  if (attribute.name.empty() || !value) return {};
  const std::string where = " IndexName: " + std::string(index.name);
  if (!value.is(attribute.kind)) {
    return invalid_parameter("Type mismatch for Index Key " + std::string(attribute.name) +
                             " Expected: " + std::string(aws::wire_name(attribute.kind)) +
                             " Actual: " + std::string(aws::wire_name(value.kind())) + where);
  }
  if (value.is(AttributeKind::kNumber)) return {};
  if (value.text().empty()) {
    return validation(
        "One or more parameter values are not valid. A value specified for a secondary index key "
        "is not supported. The AttributeValue for a key attribute cannot contain an empty " +
        std::string(value.is(AttributeKind::kString) ? "string" : "binary") + " value." + where +
        ", IndexKey: " + std::string(attribute.name));
  }
  if (value.text().size() > (role == Role::kPartition ? kPartitionKeyBytesMax : kSortKeyBytesMax)) {
    return invalid_parameter(
        role == Role::kPartition
            ? "Size of hashkey has exceeded the maximum size limit of2048 bytes"
            : "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  }
  return {};
}

bool is_key_name(const KeySchema& schema, std::string_view name) {
  return schema.partition.name == name || (schema.has_sort() && schema.sort.name == name);
}

bool is_projected(const TableRecord& table, const IndexRecord& index, std::string_view name) {
  return is_key_name(table.schema, name) || is_key_name(index.schema, name) ||
         std::any_of(index.included.begin(), index.included.end(),
                     [name](const aws::Text& each) { return each.view() == name; });
}

// What AWS bills for bringing an index up to date.
double index_units(const TableRecord& table, const IndexRecord& index, const ItemChange& change,
                   bool is_moved, core::Arena& arena) {
  const auto size_of = [&](AttributeValue item) {
    return aws::item_size_bytes(projected(table, index, item, arena));
  };
  const bool was_there = change.before && index_entry_key(table, index, change.before).has_value();
  const bool is_there = change.after && index_entry_key(table, index, change.after).has_value();
  if (was_there && is_there && !is_moved) {
    const AttributeValue before = projected(table, index, change.before, arena);
    const AttributeValue after = projected(table, index, change.after, arena);
    if (equals(before, after)) return 0;
    return write_units(std::max(aws::item_size_bytes(before), aws::item_size_bytes(after)));
  }
  double units = 0;
  if (was_there) units += write_units(size_of(change.before));
  if (is_there) units += write_units(size_of(change.after));
  return units;
}

void write_indexes(Call& call, const TableRecord& table, const ItemChange& change,
                   ConsumedUnits* units) {
  const std::string_view suffix =
      std::string_view(change.key).substr(items_prefix(table.id).size());
  for (const IndexRecord& index : table.indexes) {
    const auto before = change.before ? index_entry_key(table, index, change.before) : std::nullopt;
    const auto after = change.after ? index_entry_key(table, index, change.after) : std::nullopt;
    if (before && before != after) call.txn.erase(*before);
    if (after && before != after) call.txn.put(*after, suffix);
    if (units != nullptr) {
      units->add_index(index, index_units(table, index, change, before != after, call.arena));
    }
  }
}

// One item more, less or changed; false if the tally stays as it is.
bool retally(Tally& tally, AttributeValue before, AttributeValue after) {
  const std::size_t bytes_before = before ? aws::item_size_bytes(before) : 0;
  const std::size_t bytes_after = after ? aws::item_size_bytes(after) : 0;
  if (bytes_before == bytes_after && before.has_value() == after.has_value()) return false;
  tally.items += (after ? 1U : 0U);
  tally.items -= (before ? 1U : 0U);
  tally.bytes += bytes_after;
  tally.bytes -= bytes_before;
  return true;
}

void count_change(Call& call, const TableRecord& table, const ItemChange& change) {
  const std::string key = counters_key(table.id);
  const auto record = call.txn.get(key);
  TableCounters counters = record ? TableCounters::decode(*record) : TableCounters();
  bool is_changed = retally(counters.tallies[0], change.before, change.after);
  for (const IndexRecord& index : table.indexes) {
    const auto in_index = [&](AttributeValue item) {
      if (!item || !index_entry_key(table, index, item)) return AttributeValue();
      return projected(table, index, item, call.arena);
    };
    Tally& tally = counters.tallies[index.number];
    is_changed |= retally(tally, in_index(change.before), in_index(change.after));
    counters.count = std::max<std::size_t>(counters.count, index.number + 1U);
  }
  if (is_changed) call.txn.put(key, counters.encode());
}

}  // namespace

core::Result<std::string, aws::AwsError> item_key(const TableRecord& table, AttributeValue key) {
  const KeySchema& schema = table.schema;
  if (key.count() != schema.size()) return key_mismatch();
  auto legal =
      check_key_attribute(schema.partition, key.find(schema.partition.name), Role::kPartition);
  if (!legal) return legal.error();
  if (schema.has_sort()) {
    legal = check_key_attribute(schema.sort, key.find(schema.sort.name), Role::kSort);
    if (!legal) return legal.error();
  }
  return make_item_key(table, key);
}

core::Result<std::string, aws::AwsError> item_key_of_item(const TableRecord& table,
                                                          AttributeValue item) {
  auto legal = check_item_attribute(table.schema.partition, item, Role::kPartition);
  if (!legal) return legal.error();
  if (table.schema.has_sort()) {
    legal = check_item_attribute(table.schema.sort, item, Role::kSort);
    if (!legal) return legal.error();
  }
  legal = check_index_keys(table, item);
  if (!legal) return legal.error();
  return make_item_key(table, item);
}

core::Result<void, aws::AwsError> check_index_keys(const TableRecord& table, AttributeValue item) {
  for (const IndexRecord& index : table.indexes) {
    auto legal = check_index_attribute(index, index.schema.partition, item, Role::kPartition);
    if (!legal) return legal;
    legal = check_index_attribute(index, index.schema.sort, item, Role::kSort);
    if (!legal) return legal;
  }
  return {};
}

std::optional<std::string> index_entry_key(const TableRecord& table, const IndexRecord& index,
                                           AttributeValue item) {
  const AttributeValue partition = item.find(index.schema.partition.name);
  if (!partition.is(index.schema.partition.kind)) return std::nullopt;
  std::string key = index_prefix(table.id, index.number);
  append_partition(partition, key);
  if (index.schema.has_sort()) {
    const AttributeValue sort = item.find(index.schema.sort.name);
    if (!sort.is(index.schema.sort.kind)) return std::nullopt;
    append_sort(sort, key);
  }
  append_unique(make_item_key(table, item), key);
  return key;
}

AttributeValue projected(const TableRecord& table, const IndexRecord& index, AttributeValue item,
                         core::Arena& arena) {
  if (index.projection == ProjectionKind::kAll) return item;
  auto kept = Attributes::make(arena, item.count());
  for (auto each = item.elements(); each.next();) {
    if (is_projected(table, index, each.name())) kept.append(arena, {each.name(), each.value()});
  }
  return encode_item(kept, arena);
}

AttributeValue key_attributes(const TableRecord& table, const IndexRecord* index,
                              AttributeValue item, core::Arena& arena) {
  auto kept = Attributes::make(arena, 4);
  const auto keep = [&](const KeyAttribute& attribute) {
    const AttributeValue value = item.find(attribute.name);
    if (!value || aws::find(kept, attribute.name) != nullptr) return;
    kept.append(arena, {attribute.name, value});
  };
  keep(table.schema.partition);
  keep(table.schema.sort);
  if (index != nullptr) {
    keep(index->schema.partition);
    keep(index->schema.sort);
  }
  return encode_item(kept, arena);
}

void write_change(Call& call, const TableRecord& table, const ItemChange& change,
                  ConsumedUnits* units) {
  if (change.after) {
    call.txn.put(change.key, core::as_text(change.after.encoded()));
  } else if (change.before) {
    call.txn.erase(change.key);
  }
  if (!table.indexes.empty()) write_indexes(call, table, change, units);
  count_change(call, table, change);
  if (units == nullptr) return;
  units->add_table(write_units(std::max(change.before ? aws::item_size_bytes(change.before) : 0,
                                        change.after ? aws::item_size_bytes(change.after) : 0)));
}

AttributeValue load_item(Call& call, std::string_view key) {
  const auto record = call.txn.get(key);
  return record ? AttributeValue::view(call.keep(*record)) : AttributeValue();
}

}  // namespace fogbank::emulators::dynamodb
