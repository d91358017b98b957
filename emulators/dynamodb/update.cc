// UpdateItem.
#include <algorithm>

#include "emulators/dynamodb/capacity.h"
#include "emulators/dynamodb/conditions.h"
#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/expressions/apply.h"
#include "emulators/dynamodb/item_store.h"
#include "emulators/dynamodb/items.h"
#include "emulators/dynamodb/limits.h"

namespace fogbank::emulators::dynamodb {
namespace {

struct Request {
  UpdateTree update;
  Node* condition = nullptr;
};

core::Result<void, aws::AwsError> check_update_parameters(const UpdateItemInput& input) {
  return check_styles(
      {.older = {{"AttributeUpdates", input.attribute_updates.has_value()},
                 {"Expected", input.expected.has_value()},
                 {"ConditionalOperator", input.conditional_operator.has_value()}},
       .expressions = {{"UpdateExpression", input.update_expression.has_value()},
                       {"ConditionExpression", input.condition_expression.has_value()}},
       .has_names = input.expression_attribute_names.has_value(),
       .has_values = input.expression_attribute_values.has_value()});
}

Parsed<Request> read_request(const UpdateItemInput& input, core::Arena& arena) {
  Placeholders placeholders(input.expression_attribute_names, input.expression_attribute_values,
                            arena);
  if (auto legal = placeholders.check(); !legal) return legal.error();
  Request request;
  auto update = input.update_expression ? parse_update(input.update_expression, placeholders, arena)
                                        : update_of_attributes(input.attribute_updates, arena);
  if (!update) return update.error();
  request.update = *update;
  auto condition = parse_write_condition(input, placeholders, arena);
  if (!condition) return condition.error();
  request.condition = *condition;
  if (auto used = placeholders.check_all_used(); !used) return used.error();
  return request;
}

core::Result<void, aws::AwsError> check_actions(const TableRecord& table,
                                                const UpdateTree& update) {
  for (const KeyAttribute& key : {table.schema.partition, table.schema.sort}) {
    for (const Action& action : update.actions) {
      if (!key.name.empty() && action.path[0].name == key.name) {
        return invalid_parameter("Cannot update attribute " + std::string(key.name) +
                                 ". This attribute is part of the key");
      }
    }
  }
  for (const Action& action : update.actions) {
    if (auto legal = check_key_paths(table, action.path); !legal) return legal;
    if (action.value == nullptr) continue;
    if (auto legal = check_key_paths(table, action.value); !legal) return legal;
  }
  return {};
}

// An index key may be removed, but what it is set to must be of its kind.
core::Result<void, aws::AwsError> check_new_item(const TableRecord& table, AttributeValue item) {
  for (const IndexRecord& index : table.indexes) {
    for (const KeyAttribute& key : {index.schema.partition, index.schema.sort}) {
      const AttributeValue value = item.find(key.name);
      if (!key.name.empty() && value && !value.is(key.kind)) {
        return validation(
            "The update expression attempted to update the secondary index key to unsupported "
            "type");
      }
    }
  }
  if (auto legal = check_index_keys(table, item); !legal) return legal;
  if (aws::item_size_bytes(item) > kItemBytesMax) {
    return validation("Item size to update has exceeded the maximum allowed size");
  }
  return {};
}

// Lists that grow by what they hold may nest too deeply in the end.
core::Result<AttributeValue, aws::AwsError> updated(const UpdateTree& update, AttributeValue item,
                                                    core::Arena& arena) {
  auto after = apply_update(update, item, arena);
  if (!after) return after;
  return normalise_item(*after, arena);
}

// What ReturnValues asks for; absent if there is nothing of it.
AttributeValue returned(const UpdateItemInput& input, const UpdateTree& update,
                        AttributeValue before, AttributeValue after, core::Arena& arena) {
  const std::string_view wanted = input.return_values;
  if (wanted == "ALL_OLD") return before;
  if (wanted == "ALL_NEW") return after;
  if (wanted != "UPDATED_OLD" && wanted != "UPDATED_NEW") return {};
  const AttributeValue item = wanted == "UPDATED_OLD" ? before : after;
  if (!item) return {};
  aws::List<Path> paths;
  for (const Action& action : update.actions) paths.append(arena, action.path);
  const AttributeValue shown = project(paths, item, arena);
  return shown.count() > 0 ? shown : AttributeValue();
}

}  // namespace

Reply<UpdateItemOutput> update_item(Call& call, const UpdateItemInput& input) {
  if (auto legal = check_update_parameters(input); !legal) return legal.error();
  auto primary = normalise_item(input.key, call.arena);
  if (!primary) return primary.error();
  auto request = read_request(input, call.arena);
  if (!request) return request.error();

  auto table = open_table(call, input.table_name);
  if (!table) return table.error();
  auto key = item_key(*table, *primary);
  if (!key) return key.error();
  if (auto legal = check_actions(*table, request->update); !legal) return legal.error();
  if (auto legal = check_key_paths(*table, request->condition); !legal) return legal.error();

  const AttributeValue before = load_item(call, *key);
  auto holds = require(request->condition, before, input.return_values_on_condition_check_failure,
                       call.arena);
  if (!holds) return holds.error();
  auto after = updated(request->update, before ? before : *primary, call.arena);
  if (!after) return after.error();
  if (auto legal = check_new_item(*table, *after); !legal) return legal.error();

  const bool counts = wants_capacity(input.return_consumed_capacity);
  ConsumedUnits units(call.arena);
  write_change(call, *table, {*key, before, *after}, counts ? &units : nullptr);
  UpdateItemOutput output;
  output.attributes = returned(input, request->update, before, *after, call.arena);
  output.consumed_capacity = units.answer(input.return_consumed_capacity, input.table_name);
  output.item_collection_metrics =
      collection_metrics(input.return_item_collection_metrics, *table, *primary, call.arena);
  return output;
}

}  // namespace fogbank::emulators::dynamodb
