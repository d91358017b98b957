#include "emulators/dynamodb/capacity.h"

#include <algorithm>

#include "emulators/dynamodb/limits.h"

namespace fogbank::emulators::dynamodb {
namespace {

double rounded_up(std::size_t bytes, std::size_t unit_bytes) {
  return static_cast<double>(std::max<std::size_t>(1, (bytes + unit_bytes - 1) / unit_bytes));
}

Capacity capacity(double units) {
  Capacity out;
  out.capacity_units = units;
  return out;
}

}  // namespace

double read_units(std::size_t bytes, Consistency consistency) {
  return rounded_up(bytes, kReadUnitBytes) * (consistency == Consistency::kStrong ? 1.0 : 0.5);
}

double write_units(std::size_t bytes) { return rounded_up(bytes, kWriteUnitBytes); }

void ConsumedUnits::add_index(const IndexRecord& index, double units) {
  if (units == 0) return;
  indexes_ += units;
  auto& map = index.is_global ? global_ : local_;
  for (auto& [name, present] : map) {
    if (name.view() != index.name) continue;
    present.capacity_units = present.capacity_units.value_or(0) + units;
    return;
  }
  map.append(arena_, {index.name, capacity(units)});
}

aws::Ptr<ConsumedCapacity> ConsumedUnits::answer(std::string_view wanted,
                                                 std::string_view table_name) const {
  if (!wants_capacity(wanted)) return {};
  auto out = aws::Ptr<ConsumedCapacity>::make(arena_);
  out->table_name = table_name;
  out->capacity_units = table_ + indexes_;
  if (wanted == "INDEXES") {
    out->table = aws::Ptr<Capacity>::make(arena_, capacity(table_));
    out->local_secondary_indexes = local_;
    out->global_secondary_indexes = global_;
  }
  return out;
}

aws::Ptr<ItemCollectionMetrics> collection_metrics(std::string_view wanted,
                                                   const TableRecord& table, AttributeValue key,
                                                   core::Arena& arena) {
  const bool has_local = std::any_of(table.indexes.begin(), table.indexes.end(),
                                     [](const IndexRecord& index) { return !index.is_global; });
  if (wanted != "SIZE" || !has_local) return {};
  auto out = aws::Ptr<ItemCollectionMetrics>::make(arena);
  auto partition = Attributes::make(arena, 1);
  const std::string_view name = table.schema.partition.name;
  partition.append(arena, {name, key.find(name)});
  out->item_collection_key = encode_item(partition, arena);
  out->size_estimate_range_gb.append(arena, 0.0);
  out->size_estimate_range_gb.append(arena, 1.0);
  return out;
}

}  // namespace fogbank::emulators::dynamodb
