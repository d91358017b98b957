#include "emulators/dynamodb/query.h"

#include <algorithm>

#include "emulators/dynamodb/conditions.h"
#include "emulators/dynamodb/errors.h"
#include "emulators/dynamodb/item_store.h"
#include "emulators/dynamodb/key_condition.h"
#include "emulators/dynamodb/limits.h"
#include "emulators/dynamodb/page.h"

namespace fogbank::emulators::dynamodb {
namespace {

using Checked = core::Result<void, aws::AwsError>;

constexpr std::string_view kBadStartKey = "The provided starting key is invalid";

// What both operations ask for once their expressions are read.
struct Wanted {
  Node* filter = nullptr;
  Node* key_condition = nullptr;
  aws::List<Path> selection;
};

// Select against the parameters that say what to show.
template <class Input>
Checked check_select(const Input& input) {
  const std::string_view select = input.select;
  const bool has_projection = input.projection_expression.has_value();
  const bool has_attributes = input.attributes_to_get.has_value();
  if (select == "SPECIFIC_ATTRIBUTES") {
    if (has_projection || has_attributes) return {};
    return validation(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES");
  }
  if (select == "COUNT" && has_attributes) {
    return validation("Cannot specify the AttributesToGet when choosing to get only the Count");
  }
  if (select == "COUNT" && has_projection) {
    return validation(
        "Cannot specify the ProjectionExpression when choosing to get only the Count");
  }
  if (!select.empty() && select != "COUNT" && (has_projection || has_attributes)) {
    return validation("Cannot specify the " +
                      std::string(has_projection ? "ProjectionExpression" : "AttributesToGet") +
                      " when choosing to get " + std::string(select));
  }
  if (select == "ALL_PROJECTED_ATTRIBUTES" && !input.index_name) {
    return invalid_parameter(
        "Select type ALL_PROJECTED_ATTRIBUTES is not supported for tables, only for indexes");
  }
  return {};
}

template <class Input>
Parsed<aws::List<Path>> selection_of(const Input& input, Placeholders& placeholders,
                                     core::Arena& arena) {
  if (!input.projection_expression) return paths_of_attributes(input.attributes_to_get, arena);
  return parse_projection(input.projection_expression, placeholders, arena);
}

template <class Input>
Parsed<Node*> filter_of(const Input& input, const aws::Map<Condition>& older,
                        Placeholders& placeholders, core::Arena& arena) {
  if (!input.filter_expression) {
    return condition_of_filter(older, input.conditional_operator, arena);
  }
  return parse_condition("FilterExpression", input.filter_expression, placeholders, arena);
}

// Reads all expressions, in AWS's order; `key_expression` is empty for Scan.
template <class Input>
Parsed<Wanted> read_wanted(const Input& input, const aws::Map<Condition>& older_filter,
                           aws::Text key_expression, core::Arena& arena) {
  Placeholders placeholders(input.expression_attribute_names, input.expression_attribute_values,
                            arena);
  if (auto legal = placeholders.check(); !legal) return legal.error();
  Wanted wanted;
  if (key_expression) {
    auto key_condition =
        parse_condition("KeyConditionExpression", key_expression, placeholders, arena);
    if (!key_condition) return key_condition.error();
    wanted.key_condition = *key_condition;
  }
  auto filter = filter_of(input, older_filter, placeholders, arena);
  if (!filter) return filter.error();
  wanted.filter = *filter;
  auto selection = selection_of(input, placeholders, arena);
  if (!selection) return selection.error();
  wanted.selection = *selection;
  if (auto used = placeholders.check_all_used(); !used) return used.error();
  return wanted;
}

// The index that is asked for, or null for the table itself.
template <class Input>
Parsed<const IndexRecord*> index_of(const Input& input, const TableRecord& table) {
  const IndexRecord* none = nullptr;
  if (!input.index_name) return none;
  const IndexRecord* const index = table.index_named(input.index_name);
  if (index == nullptr) {
    return validation("The table does not have the specified index: " + input.index_name.str());
  }
  if (!index->is_global) return index;
  if (input.consistent_read.value_or(false)) {
    return validation("Consistent reads are not supported on global secondary indexes");
  }
  if (input.select == "ALL_ATTRIBUTES" && index->projection != ProjectionKind::kAll) {
    return invalid_parameter(
        "Select type ALL_ATTRIBUTES is not supported for global secondary index " +
        std::string(index->name) + " because its projection type is not ALL");
  }
  return index;
}

// Attributes that an index does not have can still be asked for, if it is a local one.
bool is_beyond_index(const IndexRecord& index, const TableRecord& table,
                     const aws::List<Path>& selection) {
  return std::any_of(selection.begin(), selection.end(), [&](const Path& path) {
    const std::string_view name = path[0].name;
    for (const KeySchema& schema : {table.schema, index.schema}) {
      if (schema.partition.name == name || schema.sort.name == name) return false;
    }
    return std::none_of(index.included.begin(), index.included.end(),
                        [name](const aws::Text& each) { return each.view() == name; });
  });
}

Checked check_paths(const TableRecord& table, const Wanted& wanted) {
  for (const Path& path : wanted.selection) {
    if (auto legal = check_key_paths(table, path); !legal) return legal;
  }
  return check_key_paths(table, wanted.filter);
}

// What is common to both requests, from parameters to a page's settings.
template <class Input>
Checked fill_request(const Input& input, const Wanted& wanted, PageRequest& request) {
  request.limit = static_cast<std::size_t>(input.limit.value_or(0));
  request.filter = wanted.filter;
  request.selection = wanted.selection;
  request.counts_only = input.select == "COUNT";
  request.consistency = consistency_of(input);
  const IndexRecord* const index = request.index;
  if (index == nullptr || index->projection == ProjectionKind::kAll) return {};
  const bool is_beyond = is_beyond_index(*index, request.table, wanted.selection);
  if (is_beyond && index->is_global) {
    return invalid_parameter(
        "One or more requested attributes are not projected into global secondary index " +
        std::string(index->name));
  }
  request.shows_whole_items = input.select == "ALL_ATTRIBUTES" || is_beyond;
  return {};
}

// The storage key of an ExclusiveStartKey, which must have all key attributes and no other.
Parsed<std::string> start_key_of(const TableRecord& table, const IndexRecord* index,
                                 AttributeValue start, core::Arena& arena) {
  const AttributeValue expected = key_attributes(table, index, start, arena);
  const bool is_complete =
      std::all_of(&table.schema, &table.schema + 1, [&](const KeySchema& schema) {
        return start.find(schema.partition.name).is(schema.partition.kind) &&
               (!schema.has_sort() || start.find(schema.sort.name).is(schema.sort.kind));
      });
  if (!is_complete || expected.count() != start.count()) {
    return validation(std::string(kBadStartKey) +
                      ": The provided key element does not match the schema");
  }
  if (index != nullptr) {
    auto key = index_entry_key(table, *index, start);
    if (!key) return validation(std::string(kBadStartKey));
    return *key;
  }
  auto key = item_key(table, start);
  if (!key) return validation(std::string(kBadStartKey) + ": " + key.error().message);
  return *key;
}

Parsed<AttributeValue> read_start_key(AttributeValue start, core::Arena& arena) {
  auto canonical = normalise_item(start, arena);
  if (!canonical) return validation(std::string(kBadStartKey) + ": " + canonical.error().message);
  return canonical;
}

// A start key must lie within what the key conditions select.
Checked check_query_start(const KeySchema& schema, const KeyConditions& conditions,
                          AttributeValue start) {
  const Condition& partition = *aws::find(conditions, schema.partition.name);
  const bool is_same_partition = satisfies(partition, start.find(schema.partition.name));
  const Condition* const sort =
      schema.has_sort() ? aws::find(conditions, schema.sort.name) : nullptr;
  if (sort != nullptr && !satisfies(*sort, start.find(schema.sort.name))) {
    return validation("The provided starting key does not match the range key predicate");
  }
  if (is_same_partition) return {};
  return validation(
      sort == nullptr
          ? "The provided starting key is outside query boundaries based on provided conditions"
          : "The query can return at most one row and cannot be restarted");
}

// A filter of Query sees only attributes that are no keys of what is queried.
Checked check_query_filter(const KeySchema& schema, const Node* filter, std::string_view what) {
  if (filter == nullptr) return {};
  if (filter->is_path()) {
    for (const KeyAttribute& key : {schema.partition, schema.sort}) {
      if (key.name.empty() || filter->path[0].name != key.name) continue;
      return validation(std::string(what) +
                        " can only contain non-primary key attributes: Primary key attribute: " +
                        std::string(key.name));
    }
  }
  for (const Node* argument : filter->arguments) {
    if (auto legal = check_query_filter(schema, argument, what); !legal) return legal;
  }
  return {};
}

template <class Output, class Input>
Output answer(const Page& page, const Input& input) {
  Output output;
  if (input.select != "COUNT") output.items = page.items;
  output.count = page.count;
  output.scanned_count = page.scanned_count;
  output.last_evaluated_key = page.last_key;
  output.consumed_capacity = page.units.answer(input.return_consumed_capacity, input.table_name);
  return output;
}

Checked check_query_parameters(const QueryInput& input) {
  // KeyConditions may stand beside the other expressions, but not beside its own replacement.
  const bool mixes_keys = input.key_conditions && input.key_condition_expression;
  auto legal = check_styles(
      {.older = {{"AttributesToGet", input.attributes_to_get.has_value()},
                 {"QueryFilter", input.query_filter.has_value()},
                 {"ConditionalOperator", input.conditional_operator.has_value()},
                 {"KeyConditions", mixes_keys}},
       .expressions = {{"ProjectionExpression", input.projection_expression.has_value()},
                       {"FilterExpression", input.filter_expression.has_value()},
                       {"KeyConditionExpression", input.key_condition_expression.has_value()}},
       .has_names = input.expression_attribute_names.has_value(),
       .has_values = input.expression_attribute_values.has_value()});
  if (!legal) return legal;
  if (!input.key_conditions && !input.key_condition_expression) {
    return validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.");
  }
  return check_select(input);
}

}  // namespace

Reply<QueryOutput> query(Call& call, const QueryInput& input) {
  if (auto legal = check_query_parameters(input); !legal) return legal.error();
  AttributeValue start = input.exclusive_start_key;
  if (start) {
    auto canonical = read_start_key(start, call.arena);
    if (!canonical) return canonical.error();
    start = *canonical;
  }
  auto wanted = read_wanted(input, input.query_filter, input.key_condition_expression, call.arena);
  if (!wanted) return wanted.error();
  auto conditions = wanted->key_condition != nullptr
                        ? key_conditions_of(*wanted->key_condition, call.arena)
                        : key_conditions_of(input.key_conditions, call.arena);
  if (!conditions) return conditions.error();

  auto table = open_table(call, input.table_name);
  if (!table) return table.error();
  auto index = index_of(input, *table);
  if (!index) return index.error();
  const KeySchema& schema = *index != nullptr ? (*index)->schema : table->schema;
  PageRequest request{.table = *table, .index = *index};
  if (start && key_attributes(*table, *index, start, call.arena).count() != start.count()) {
    return validation(std::string(kBadStartKey));
  }
  if (auto legal = check_key_conditions(schema, *conditions); !legal) return legal.error();
  if (start) {
    auto start_key = start_key_of(*table, *index, start, call.arena);
    if (!start_key) return start_key.error();
    request.start_key = *start_key;
    if (auto legal = check_query_start(schema, *conditions, start); !legal) return legal.error();
  }
  if (auto legal = check_query_filter(
          schema, wanted->filter, input.filter_expression ? "Filter Expression" : "QueryFilter");
      !legal) {
    return legal.error();
  }
  if (auto legal = check_paths(*table, *wanted); !legal) return legal.error();
  if (auto legal = fill_request(input, *wanted, request); !legal) return legal.error();
  request.range = key_range(
      *index != nullptr ? index_prefix(table->id, (*index)->number) : items_prefix(table->id),
      schema, *conditions);
  if (!input.scan_index_forward.value_or(true)) request.direction = Direction::kBackward;
  return answer<QueryOutput>(read_page(call, request), input);
}

namespace {

Checked check_segments(const ScanInput& input) {
  if (input.segment && !input.total_segments) {
    return validation(
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present");
  }
  if (!input.total_segments) return {};
  if (!input.segment) {
    return validation(
        "The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present");
  }
  if (*input.segment < *input.total_segments) return {};
  return validation(
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
      "Segment: " +
      std::to_string(*input.segment) +
      " is not less than TotalSegments: " + std::to_string(*input.total_segments));
}

Checked check_scan_parameters(const ScanInput& input) {
  auto legal = check_styles(
      {.older = {{"AttributesToGet", input.attributes_to_get.has_value()},
                 {"ScanFilter", input.scan_filter.has_value()},
                 {"ConditionalOperator", input.conditional_operator.has_value()}},
       .expressions = {{"ProjectionExpression", input.projection_expression.has_value()},
                       {"FilterExpression", input.filter_expression.has_value()}},
       .has_names = input.expression_attribute_names.has_value(),
       .has_values = input.expression_attribute_values.has_value()});
  if (!legal) return legal;
  if (auto segments = check_segments(input); !segments) return segments;
  return check_select(input);
}

// The keys of one segment of the table or index: hashes from its beginning to the next one's.
KeyRange segment_range(const std::string& prefix, uint32_t segment, uint32_t segments) {
  KeyRange range{prefix, after_prefix(prefix)};
  append_hash(static_cast<uint32_t>(segment_begin(segment, segments)), range.from);
  if (segment + 1 < segments) {
    range.to = prefix;
    append_hash(static_cast<uint32_t>(segment_begin(segment + 1, segments)), range.to);
  }
  return range;
}

}  // namespace

Reply<ScanOutput> scan(Call& call, const ScanInput& input) {
  if (auto legal = check_scan_parameters(input); !legal) return legal.error();
  AttributeValue start = input.exclusive_start_key;
  if (start) {
    auto canonical = read_start_key(start, call.arena);
    if (!canonical) return canonical.error();
    start = *canonical;
  }
  auto wanted = read_wanted(input, input.scan_filter, {}, call.arena);
  if (!wanted) return wanted.error();

  auto table = open_table(call, input.table_name);
  if (!table) return table.error();
  auto index = index_of(input, *table);
  if (!index) return index.error();
  if (auto legal = check_paths(*table, *wanted); !legal) return legal.error();
  PageRequest request{.table = *table, .index = *index};
  const auto segments = static_cast<uint32_t>(input.total_segments.value_or(1));
  const auto segment = static_cast<uint32_t>(input.segment.value_or(0));
  request.range = segment_range(
      *index != nullptr ? index_prefix(table->id, (*index)->number) : items_prefix(table->id),
      segment, segments);
  if (start) {
    auto start_key = start_key_of(*table, *index, start, call.arena);
    if (!start_key) return start_key.error();
    if (*start_key < request.range.from || *start_key >= request.range.to) {
      return validation(std::string(kBadStartKey) +
                        ": Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct "
                        "Segment. TotalSegments: " +
                        std::to_string(segments) + " Segment: " + std::to_string(segment));
    }
    request.start_key = *start_key;
  }
  if (auto legal = fill_request(input, *wanted, request); !legal) return legal.error();
  return answer<ScanOutput>(read_page(call, request), input);
}

}  // namespace fogbank::emulators::dynamodb
