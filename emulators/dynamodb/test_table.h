// A table in a temporary store, and calls on it as short lines.
#pragma once

#include <string>
#include <string_view>

#include "emulators/dynamodb/items.h"
#include "emulators/dynamodb/query.h"
#include "emulators/dynamodb/tables.h"
#include "emulators/dynamodb/test_values.h"
#include "tests/support/service_fixture.h"

namespace fogbank::emulators::dynamodb::testing {

struct TableFixture {
  fogbank::tests::ServiceFixture dynamodb;
  Maker make;

  AttributeDefinition definition(std::string_view name, std::string_view type) {
    AttributeDefinition out;
    out.attribute_name = name;
    out.attribute_type = type;
    return out;
  }
  aws::List<KeySchemaElement> schema(std::initializer_list<std::string_view> names) {
    aws::List<KeySchemaElement> out;
    for (const auto name : names) {
      KeySchemaElement element;
      element.attribute_name = name;
      element.key_type = out.empty() ? "HASH" : "RANGE";
      out.append(make.arena, element);
    }
    return out;
  }
  // pk (S) and sk (N), on demand.
  CreateTableInput composite(std::string_view name) {
    CreateTableInput input;
    input.table_name = name;
    input.billing_mode = "PAY_PER_REQUEST";
    input.key_schema = schema({"pk", "sk"});
    input.attribute_definitions.append(make.arena, definition("pk", "S"));
    input.attribute_definitions.append(make.arena, definition("sk", "N"));
    return input;
  }
  // pk (S).
  CreateTableInput simple(std::string_view name) {
    CreateTableInput input;
    input.table_name = name;
    input.billing_mode = "PAY_PER_REQUEST";
    input.key_schema = schema({"pk"});
    input.attribute_definitions.append(make.arena, definition("pk", "S"));
    return input;
  }
  GlobalSecondaryIndex global_index(std::string_view name,
                                    std::initializer_list<std::string_view> keys,
                                    std::string_view projection = "ALL") {
    GlobalSecondaryIndex out;
    out.index_name = name;
    out.key_schema = schema(keys);
    out.projection = aws::Ptr<Projection>::make(make.arena);
    out.projection->projection_type = projection;
    return out;
  }
  void create(const CreateTableInput& input) {
    const auto reply = dynamodb.call(create_table, input);
    core::check(reply.has_value(), "the test's table is made");
  }
  void put(std::string_view table, AttributeValue item) {
    PutItemInput input;
    input.table_name = table;
    input.item = item;
    const auto reply = dynamodb.call(put_item, input);
    core::check(reply.has_value(), "the test's item is put");
  }
  // The item as JSON, "" if there is none.
  std::string get(std::string_view table, AttributeValue key) {
    GetItemInput input;
    input.table_name = table;
    input.key = key;
    const auto reply = dynamodb.call(get_item, input);
    return reply ? item_json(reply->item) : reply.error().message;
  }
};

template <class Output>
std::string message(const Reply<Output>& reply) {
  return reply.is_error() ? reply.error().message : std::string();
}

}  // namespace fogbank::emulators::dynamodb::testing
