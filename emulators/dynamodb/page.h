// One page of Query or Scan: walks a range of storage keys, filters, projects, and stops at the
// limit of items or of bytes.
#pragma once

#include <string>

#include "emulators/dynamodb/capacity.h"
#include "emulators/dynamodb/expressions/tree.h"
#include "emulators/dynamodb/key_condition.h"
#include "emulators/dynamodb/table.h"

namespace fogbank::emulators::dynamodb {

enum class Direction : bool { kForward, kBackward };

struct PageRequest {
  const TableRecord& table;
  const IndexRecord* index = nullptr;  // null: the table itself
  KeyRange range = {};
  Direction direction = Direction::kForward;
  std::string start_key = {};  // storage key behind which to go on; empty: from the beginning
  std::size_t limit = 0;       // of items read; 0: none
  const Node* filter = nullptr;
  aws::List<Path> selection = {};  // absent: see `shows_all`
  bool shows_whole_items = false;  // of a local index: also what is not projected into it
  bool counts_only = false;
  Consistency consistency = Consistency::kEventual;
};

struct Page {
  aws::List<AttributeValue> items = {};
  int32_t count = 0;
  int32_t scanned_count = 0;
  AttributeValue last_key = {};  // absent: the range is exhausted
  ConsumedUnits units;
};

Page read_page(Call& call, const PageRequest& request);

}  // namespace fogbank::emulators::dynamodb
