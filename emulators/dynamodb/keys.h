// Storage layout. Layout 1, never edited; integers have their most significant byte first:
//   'D' 't' account(12 digits) region '\0' table-name                   -> TableRecord
//   'D' 'i' table-id(8) hash(4) partition sort                         -> the item, a kMap value
//   'D' 'x' table-id(8) index-number(1) hash(4) partition sort unique  -> item key after 'D' 'i' id
//   'D' 'c' table-id(8)                                                -> TableCounters
//   'D' 'g' table-id(8)                                -> "", of a deleted table that left records
// partition, sort and unique are key components (append_*): self-delimiting, so that no key is
// ambiguous; sort components order as DynamoDB does. The hash spreads partitions, so that a scan's
// order says nothing and its segments are even.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/names.h"
#include "core/result.h"
#include "emulators/dynamodb/limits.h"
#include "emulators/dynamodb/values.h"

namespace fogbank::emulators::dynamodb {

struct KeyAttribute {
  std::string_view name;
  AttributeKind kind = AttributeKind::kNone;
};

// Of a table or of an index.
struct KeySchema {
  KeyAttribute partition;
  KeyAttribute sort;  // empty name: there is none
  [[nodiscard]] bool has_sort() const { return !sort.name.empty(); }
  [[nodiscard]] std::size_t size() const { return has_sort() ? 2 : 1; }
};

std::string table_key(const aws::AccountId& account, const aws::Region& region,
                      std::string_view name);
// What all table keys of an account and region begin with.
std::string table_prefix(const aws::AccountId& account, const aws::Region& region);
std::string counters_key(uint64_t table_id);
std::string garbage_key(uint64_t table_id);

std::string items_prefix(uint64_t table_id);
std::string index_prefix(uint64_t table_id, uint8_t index_number);
std::string index_prefix(uint64_t table_id);  // of all its indexes

// Hash and partition component: what all items of one partition have behind the prefix.
void append_partition(AttributeValue partition, std::string& key);
void append_sort(AttributeValue sort, std::string& key);
// The part of a sort component that all values beginning with `prefix` (S or B) share.
void append_sort_prefix(AttributeValue prefix, std::string& key);
// Tells index entries of equal index keys apart: made of the item's own primary key.
void append_unique(std::string_view item_key, std::string& key);

// The lowest hash of a scan segment; of `segment` == `segments` the end of the last (2^32).
uint64_t segment_begin(uint32_t segment, uint32_t segments);
void append_hash(uint32_t hash, std::string& key);
// The hash in an item or index key that begins with `prefix_bytes` bytes of prefix.
uint32_t hash_in(std::string_view key, std::size_t prefix_bytes);

// The smallest key behind all that begin with `prefix`.
std::string after_prefix(std::string_view prefix);

// Items and their billed bytes: of the table, and of each index by its number.
struct Tally {
  uint64_t items = 0;
  uint64_t bytes = 0;
};
struct TableCounters {
  static constexpr std::size_t kTalliesMax = 1 + kLocalIndexesMax + kGlobalIndexesMax;
  std::array<Tally, kTalliesMax> tallies{};  // 0: the table
  std::size_t count = 1;                     // of tallies in use
  [[nodiscard]] std::string encode() const;
  static TableCounters decode(std::string_view record);
};

}  // namespace fogbank::emulators::dynamodb
