// Items in storage: their keys, and what a change of one item means for indexes and counters.
#pragma once

#include <string>

#include "emulators/dynamodb/capacity.h"
#include "emulators/dynamodb/table.h"

namespace fogbank::emulators::dynamodb {

// The storage key of the item with the primary key `key`, which must have the schema's attributes
// and no other.
core::Result<std::string, aws::AwsError> item_key(const TableRecord& table, AttributeValue key);
// The same of a whole item, with the errors of PutItem; index keys in it are checked too.
core::Result<std::string, aws::AwsError> item_key_of_item(const TableRecord& table,
                                                          AttributeValue item);
// Index keys that an item has must be of the declared kind and within limits.
core::Result<void, aws::AwsError> check_index_keys(const TableRecord& table, AttributeValue item);

// Nothing if the item lacks a key attribute of the index, and so is not in it.
std::optional<std::string> index_entry_key(const TableRecord& table, const IndexRecord& index,
                                           AttributeValue item);

// The attributes of an item that the index has.
AttributeValue projected(const TableRecord& table, const IndexRecord& index, AttributeValue item,
                         core::Arena& arena);

// The attributes named by the schemas, for LastEvaluatedKey; those that `item` lacks are left out.
AttributeValue key_attributes(const TableRecord& table, const IndexRecord* index,
                              AttributeValue item, core::Arena& arena);

// One change of one item: `before` or `after` may be absent. Views must outlive the call, so
// `before` is no view of the transaction. Adds to `units` when it is not null.
struct ItemChange {
  const std::string& key;
  AttributeValue before;
  AttributeValue after;
};
void write_change(Call& call, const TableRecord& table, const ItemChange& change,
                  ConsumedUnits* units);

// The stored item, copied to the arena; absent if there is none.
AttributeValue load_item(Call& call, std::string_view key);

}  // namespace fogbank::emulators::dynamodb
