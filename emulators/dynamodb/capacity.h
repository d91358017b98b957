// What ReturnConsumedCapacity and ReturnItemCollectionMetrics answer. Nothing is ever throttled:
// the figures are those that AWS would bill.
#pragma once

#include <cstddef>
#include <string_view>

#include "emulators/dynamodb/table.h"
#include "models/dynamodb.h"

namespace fogbank::emulators::dynamodb {

using namespace models::dynamodb;

enum class Consistency : bool { kEventual, kStrong };

template <class Input>
[[nodiscard]] Consistency consistency_of(const Input& input) {
  return input.consistent_read.value_or(false) ? Consistency::kStrong : Consistency::kEventual;
}

[[nodiscard]] double read_units(std::size_t bytes, Consistency consistency);
[[nodiscard]] double write_units(std::size_t bytes);

// Units by table and index, as one request adds them up.
class ConsumedUnits final {
 public:
  explicit ConsumedUnits(core::Arena& arena) : arena_(arena) {}
  void add_table(double units) { table_ += units; }
  void add_index(const IndexRecord& index, double units);

  // Absent unless `wanted` is TOTAL or INDEXES.
  [[nodiscard]] aws::Ptr<ConsumedCapacity> answer(std::string_view wanted,
                                                  std::string_view table_name) const;

 private:
  core::Arena& arena_;
  double table_ = 0;
  double indexes_ = 0;
  aws::Map<Capacity> local_;
  aws::Map<Capacity> global_;
};

[[nodiscard]] inline bool wants_capacity(std::string_view wanted) {
  return wanted == "TOTAL" || wanted == "INDEXES";
}

// Of a table with local indexes, when `wanted` is SIZE; absent otherwise.
aws::Ptr<ItemCollectionMetrics> collection_metrics(std::string_view wanted,
                                                   const TableRecord& table, AttributeValue key,
                                                   core::Arena& arena);

}  // namespace fogbank::emulators::dynamodb
