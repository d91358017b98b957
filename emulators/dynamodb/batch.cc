#include "emulators/dynamodb/batch.h"

#include <set>
#include <string>
#include <vector>

#include "core/text.h"
#include "emulators/dynamodb/capacity.h"
#include "emulators/dynamodb/conditions.h"
#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/item_store.h"
#include "emulators/dynamodb/limits.h"

namespace fogbank::emulators::dynamodb {
namespace {

// Keys of this request; two of one item are refused.
class SeenKeys final {
 public:
  core::Result<void, aws::AwsError> add(const std::string& key) {
    if (keys_.insert(key).second) return {};
    return validation("Provided list of item keys contains duplicates");
  }

 private:
  std::set<std::string> keys_;
};

core::Result<void, aws::AwsError> check_get_sizes(const BatchGetItemInput& input) {
  if (input.request_items.empty()) {
    return validation("The requestItems parameter is required for BatchGetItem");
  }
  std::size_t keys = 0;
  for (const auto& [table, request] : input.request_items) {
    if (request.keys.empty()) {
      return validation("The list of keys in RequestItems for BatchGetItem is required");
    }
    keys += request.keys.size();
  }
  if (keys <= kBatchGetKeysMax) return {};
  return validation("Too many items requested for the BatchGetItem call");
}

// One table's part of a BatchGetItem.
class TableReads final {
 public:
  TableReads(Call& call, std::string_view name, const KeysAndAttributes& request)
      : call_(call), name_(name), request_(request), units_(call.arena) {}

  // Checks everything before anything is read.
  core::Result<void, aws::AwsError> prepare(SeenKeys& seen) {
    auto legal = check_styles(
        {.older = {{"AttributesToGet", request_.attributes_to_get.has_value()}},
         .expressions = {{"ProjectionExpression", request_.projection_expression.has_value()}},
         .has_names = request_.expression_attribute_names.has_value()});
    if (!legal) return legal;
    auto selection = read_selection(request_, call_.arena);
    if (!selection) return selection.error();
    selection_ = *selection;
    auto table = open_table(call_, name_);
    if (!table) return table.error();
    for (const Path& path : selection_) {
      if (auto scalar = check_key_paths(*table, path); !scalar) return scalar;
    }
    for (const auto& given : request_.keys) {
      auto primary = normalise_item(given, call_.arena);
      if (!primary) return primary.error();
      auto key = item_key(*table, *primary);
      if (!key) return key.error();
      if (auto fresh = seen.add(*key); !fresh) return fresh;
      keys_.append(call_.arena, call_.keep(*key));
    }
    return {};
  }

  // Reads while `bytes_left` lasts; what is over goes into UnprocessedKeys.
  void run(std::size_t& bytes_left, BatchGetItemOutput& output) {
    auto found = aws::List<AttributeValue>::make(call_.arena);
    KeysAndAttributes unprocessed = request_;
    unprocessed.keys = {};
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto record = call_.txn.get(keys_[i]);
      const AttributeValue item = record ? AttributeValue::view(*record) : AttributeValue();
      const std::size_t bytes = item ? aws::item_size_bytes(item) : 0;
      if (bytes > bytes_left) {
        unprocessed.keys.append(call_.arena, request_.keys[i]);
        continue;
      }
      bytes_left -= bytes;
      units_.add_table(read_units(bytes, consistency_of(request_)));
      if (item) found.append(call_.arena, shown(item));
    }
    output.responses.append(call_.arena, {name_, found});
    if (unprocessed.keys) output.unprocessed_keys.append(call_.arena, {name_, unprocessed});
  }

  [[nodiscard]] aws::Ptr<ConsumedCapacity> consumed(std::string_view wanted) const {
    return units_.answer(wanted, name_);
  }

 private:
  AttributeValue shown(AttributeValue item) {
    if (selection_) return project(selection_, item, call_.arena);
    return AttributeValue::view(call_.keep(core::as_text(item.encoded())));
  }

  Call& call_;
  std::string_view name_;
  const KeysAndAttributes& request_;
  aws::List<Path> selection_;
  aws::List<aws::Text> keys_;
  ConsumedUnits units_;
};

core::Result<void, aws::AwsError> check_write_sizes(const BatchWriteItemInput& input) {
  if (input.request_items.empty()) {
    return validation("The requestItems parameter is required for BatchWriteItem");
  }
  std::size_t requests = 0;
  for (const auto& [table, list] : input.request_items) {
    if (list.empty()) {
      return validation("The batch write request list for a table cannot be null or empty");
    }
    requests += list.size();
    for (const WriteRequest& request : list) {
      if (request.put_request.has_value() == request.delete_request.has_value()) {
        return validation(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of "
            "the supported datatypes");
      }
    }
  }
  if (requests <= kBatchWriteRequestsMax) return {};
  return validation("Too many items requested for the BatchWriteItem call");
}

// One checked put or delete.
struct PlannedWrite {
  std::string_view key;
  AttributeValue primary;  // attributes that hold at least the key
  AttributeValue item;     // absent: delete
};

// One table's part of a BatchWriteItem.
class TableWrites final {
 public:
  TableWrites(Call& call, std::string_view name) : call_(call), name_(name), units_(call.arena) {}

  core::Result<void, aws::AwsError> prepare(const aws::List<WriteRequest>& requests,
                                            SeenKeys& seen) {
    auto table = open_table(call_, name_);
    if (!table) return table.error();
    table_ = *table;
    for (const WriteRequest& request : requests) {
      auto planned = request.put_request ? plan_put(request.put_request->item, seen)
                                         : plan_delete(request.delete_request->key, seen);
      if (!planned) return planned.error();
      writes_.append(call_.arena, *planned);
    }
    return {};
  }

  void run(const BatchWriteItemInput& input, BatchWriteItemOutput& output) {
    const bool counts = wants_capacity(input.return_consumed_capacity);
    aws::List<ItemCollectionMetrics> metrics;
    for (const PlannedWrite& write : writes_) {
      const std::string key(write.key);
      const AttributeValue before = load_item(call_, key);
      write_change(call_, table_, {key, before, write.item}, counts ? &units_ : nullptr);
      const auto collection = collection_metrics(input.return_item_collection_metrics, table_,
                                                 write.primary, call_.arena);
      if (collection) metrics.append(call_.arena, *collection);
    }
    if (metrics) output.item_collection_metrics.append(call_.arena, {name_, metrics});
  }

  [[nodiscard]] aws::Ptr<ConsumedCapacity> consumed(std::string_view wanted) const {
    return units_.answer(wanted, name_);
  }

 private:
  core::Result<PlannedWrite, aws::AwsError> plan_put(AttributeValue given, SeenKeys& seen) {
    auto item = normalise_item(given, call_.arena);
    if (!item) return item.error();
    if (aws::item_size_bytes(*item) > kItemBytesMax) {
      return validation("Item size has exceeded the maximum allowed size");
    }
    auto key = item_key_of_item(table_, *item);
    if (!key) return key.error();
    if (auto fresh = seen.add(*key); !fresh) return fresh.error();
    return PlannedWrite{call_.keep(*key), *item, *item};
  }

  core::Result<PlannedWrite, aws::AwsError> plan_delete(AttributeValue given, SeenKeys& seen) {
    auto primary = normalise_item(given, call_.arena);
    if (!primary) return primary.error();
    auto key = item_key(table_, *primary);
    if (!key) return key.error();
    if (auto fresh = seen.add(*key); !fresh) return fresh.error();
    return PlannedWrite{call_.keep(*key), *primary, {}};
  }

  Call& call_;
  std::string_view name_;
  TableRecord table_;
  aws::List<PlannedWrite> writes_;
  ConsumedUnits units_;
};

}  // namespace

Reply<BatchGetItemOutput> batch_get_item(Call& call, const BatchGetItemInput& input) {
  if (auto legal = check_get_sizes(input); !legal) return legal.error();
  SeenKeys seen;
  std::vector<TableReads> reads;
  for (const auto& [name, request] : input.request_items) {
    reads.emplace_back(call, name, request);
    if (auto legal = reads.back().prepare(seen); !legal) return legal.error();
  }
  BatchGetItemOutput output;
  output.responses = decltype(output.responses)::make(call.arena);
  output.unprocessed_keys = decltype(output.unprocessed_keys)::make(call.arena);
  std::size_t bytes_left = kBatchGetBytesMax;
  for (auto& table : reads) {
    table.run(bytes_left, output);
    const auto consumed = table.consumed(input.return_consumed_capacity);
    if (consumed) output.consumed_capacity.append(call.arena, *consumed);
  }
  return output;
}

// Each write is one of its own for AWS; here they commit together, so none is ever unprocessed.
Reply<BatchWriteItemOutput> batch_write_item(Call& call, const BatchWriteItemInput& input) {
  if (auto legal = check_write_sizes(input); !legal) return legal.error();
  SeenKeys seen;
  std::vector<TableWrites> writes;
  for (const auto& [name, requests] : input.request_items) {
    writes.emplace_back(call, name);
    if (auto legal = writes.back().prepare(requests, seen); !legal) return legal.error();
  }
  BatchWriteItemOutput output;
  output.unprocessed_items = decltype(output.unprocessed_items)::make(call.arena);
  for (auto& table : writes) {
    table.run(input, output);
    const auto consumed = table.consumed(input.return_consumed_capacity);
    if (consumed) output.consumed_capacity.append(call.arena, *consumed);
  }
  return output;
}

}  // namespace fogbank::emulators::dynamodb
