#include "emulators/dynamodb/items.h"

#include "emulators/dynamodb/capacity.h"
#include "emulators/dynamodb/conditions.h"
#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/item_store.h"
#include "emulators/dynamodb/limits.h"

namespace fogbank::emulators::dynamodb {
namespace {

template <class Input>
core::Result<void, aws::AwsError> check_write_parameters(const Input& input) {
  if (input.return_values && input.return_values != "NONE" && input.return_values != "ALL_OLD") {
    return validation("ReturnValues can only be ALL_OLD or NONE");
  }
  return check_styles(
      {.older = {{"Expected", input.expected.has_value()},
                 {"ConditionalOperator", input.conditional_operator.has_value()}},
       .expressions = {{"ConditionExpression", input.condition_expression.has_value()}},
       .has_names = input.expression_attribute_names.has_value(),
       .has_values = input.expression_attribute_values.has_value()});
}

// The condition with its placeholders checked and all used.
template <class Input>
Parsed<Node*> read_condition(const Input& input, core::Arena& arena) {
  Placeholders placeholders(input.expression_attribute_names, input.expression_attribute_values,
                            arena);
  if (auto legal = placeholders.check(); !legal) return legal.error();
  auto condition = parse_write_condition(input, placeholders, arena);
  if (!condition) return condition;
  if (auto used = placeholders.check_all_used(); !used) return used.error();
  return condition;
}

}  // namespace

Reply<PutItemOutput> put_item(Call& call, const PutItemInput& input) {
  if (auto legal = check_write_parameters(input); !legal) return legal.error();
  auto item = normalise_item(input.item, call.arena);
  if (!item) return item.error();
  if (aws::item_size_bytes(*item) > kItemBytesMax) {
    return validation("Item size has exceeded the maximum allowed size");
  }
  auto condition = read_condition(input, call.arena);
  if (!condition) return condition.error();

  auto table = open_table(call, input.table_name);
  if (!table) return table.error();
  auto key = item_key_of_item(*table, *item);
  if (!key) return key.error();
  if (auto legal = check_key_paths(*table, *condition); !legal) return legal.error();

  const AttributeValue before = load_item(call, *key);
  auto holds =
      require(*condition, before, input.return_values_on_condition_check_failure, call.arena);
  if (!holds) return holds.error();
  const bool counts = wants_capacity(input.return_consumed_capacity);
  ConsumedUnits units(call.arena);
  write_change(call, *table, {*key, before, *item}, counts ? &units : nullptr);

  PutItemOutput output;
  if (input.return_values == "ALL_OLD") output.attributes = before;
  output.consumed_capacity = units.answer(input.return_consumed_capacity, input.table_name);
  output.item_collection_metrics =
      collection_metrics(input.return_item_collection_metrics, *table, *item, call.arena);
  return output;
}

Reply<DeleteItemOutput> delete_item(Call& call, const DeleteItemInput& input) {
  if (auto legal = check_write_parameters(input); !legal) return legal.error();
  auto primary = normalise_item(input.key, call.arena);
  if (!primary) return primary.error();
  auto condition = read_condition(input, call.arena);
  if (!condition) return condition.error();

  auto table = open_table(call, input.table_name);
  if (!table) return table.error();
  auto key = item_key(*table, *primary);
  if (!key) return key.error();
  if (auto legal = check_key_paths(*table, *condition); !legal) return legal.error();

  const AttributeValue before = load_item(call, *key);
  auto holds =
      require(*condition, before, input.return_values_on_condition_check_failure, call.arena);
  if (!holds) return holds.error();
  const bool counts = wants_capacity(input.return_consumed_capacity);
  ConsumedUnits units(call.arena);
  write_change(call, *table, {*key, before, {}}, counts ? &units : nullptr);

  DeleteItemOutput output;
  if (input.return_values == "ALL_OLD") output.attributes = before;
  output.consumed_capacity = units.answer(input.return_consumed_capacity, input.table_name);
  output.item_collection_metrics =
      collection_metrics(input.return_item_collection_metrics, *table, *primary, call.arena);
  return output;
}

Reply<GetItemOutput> get_item(Call& call, const GetItemInput& input) {
  auto legal = check_styles(
      {.older = {{"AttributesToGet", input.attributes_to_get.has_value()}},
       .expressions = {{"ProjectionExpression", input.projection_expression.has_value()}},
       .has_names = input.expression_attribute_names.has_value()});
  if (!legal) return legal.error();
  auto primary = normalise_item(input.key, call.arena);
  if (!primary) return primary.error();
  auto selection = read_selection(input, call.arena);
  if (!selection) return selection.error();

  auto table = open_table(call, input.table_name);
  if (!table) return table.error();
  auto key = item_key(*table, *primary);
  if (!key) return key.error();
  for (const Path& path : *selection) {
    if (auto scalar = check_key_paths(*table, path); !scalar) return scalar.error();
  }

  const AttributeValue item = load_item(call, *key);
  GetItemOutput output;
  output.item = item && *selection ? project(*selection, item, call.arena) : item;
  ConsumedUnits units(call.arena);
  units.add_table(read_units(item ? aws::item_size_bytes(item) : 0, consistency_of(input)));
  output.consumed_capacity = units.answer(input.return_consumed_capacity, input.table_name);
  return output;
}

}  // namespace fogbank::emulators::dynamodb
