#include "emulators/dynamodb/items.h"

#include <doctest/doctest.h>

#include "emulators/dynamodb/limits.h"
#include "emulators/dynamodb/test_table.h"

namespace fogbank::emulators::dynamodb {
namespace {

using testing::item_json;
using testing::message;
using testing::TableFixture;

struct ItemFixture : TableFixture {
  ItemFixture() { create(composite("jobs")); }
  AttributeValue key(std::string_view pk = "a", std::string_view sk = "1") {
    return make.map({{"pk", make.s(pk)}, {"sk", make.n(sk)}});
  }
  PutItemInput put_input(AttributeValue item) {
    PutItemInput input;
    input.table_name = "jobs";
    input.item = item;
    return input;
  }
  UpdateItemInput update_input(std::string_view expression) {
    UpdateItemInput input;
    input.table_name = "jobs";
    input.key = key();
    if (!expression.empty()) input.update_expression = expression;
    return input;
  }
};

TEST_CASE("dynamodb PutItem stores the canonical item and GetItem answers it") {
  ItemFixture fixture;
  auto& make = fixture.make;
  fixture.put("jobs", make.map({{"pk", make.s("a")},
                                {"sk", make.n("1.0")},
                                {"tags", make.ss({"b", "a"})},
                                {"x", make.s("")}}));
  CHECK(fixture.get("jobs", fixture.key("a", "01")) ==
        R"({"pk":{"S":"a"},"sk":{"N":"1"},"tags":{"SS":["a","b"]},"x":{"S":""}})");
  CHECK(fixture.get("jobs", fixture.key("a", "2")) == "");
  GetItemInput input;
  input.table_name = "jobs";
  input.key = fixture.key();
  input.projection_expression = "tags, nothing";
  input.return_consumed_capacity = "TOTAL";
  const auto reply = fixture.dynamodb.call(get_item, input);
  REQUIRE(reply);
  CHECK(item_json(reply->item) == R"({"tags":{"SS":["a","b"]}})");
  CHECK(*reply->consumed_capacity->capacity_units == 0.5);
}

TEST_CASE("dynamodb items that do not fit their table are refused in AWS's words") {
  ItemFixture fixture;
  auto& make = fixture.make;
  const std::string invalid = "One or more parameter values were invalid: ";
  struct Row {
    const char* name;
    AttributeValue item;
    std::string message;
  };
  const Row rows[] = {
      {"no partition key", make.map({{"sk", make.n("1")}}),
       invalid + "Missing the key pk in the item"},
      {"no sort key", make.map({{"pk", make.s("a")}}), invalid + "Missing the key sk in the item"},
      {"wrong kind", make.map({{"pk", make.s("a")}, {"sk", make.s("1")}}),
       invalid + "Type mismatch for key sk expected: N actual: S"},
      {"empty key", make.map({{"pk", make.s("")}, {"sk", make.n("1")}}),
       "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
       "contain an empty string value. Key: pk"},
      {"long key", make.map({{"pk", make.s(std::string(2049, 'x'))}, {"sk", make.n("1")}}),
       invalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
      {"longest key", make.map({{"pk", make.s(std::string(2048, 'x'))}, {"sk", make.n("1")}}), ""},
      {"bad number", make.map({{"pk", make.s("a")}, {"sk", make.n("1")}, {"n", make.n("1e126")}}),
       "Number overflow. Attempting to store a number with magnitude larger than supported range"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(message(fixture.dynamodb.call(put_item, fixture.put_input(row.item))) == row.message);
  }
  CHECK(fixture.get("jobs", make.map({{"pk", make.s("a")}})) ==
        "The provided key element does not match the schema");
  CHECK(fixture.get("jobs", make.map({{"pk", make.s("a")}, {"sk", make.s("1")}})) ==
        "The provided key element does not match the schema");
  CHECK(fixture.get("none", fixture.key()) == "Requested resource not found");
}

TEST_CASE("dynamodb items have at most 400 KB, names included") {
  ItemFixture fixture;
  auto& make = fixture.make;
  const std::size_t others = 2 + 1 + 2 + 2 + 1;  // pk a sk 1(2 bytes) x
  const auto item = [&](std::size_t bytes) {
    return make.map({{"pk", make.s("a")},
                     {"sk", make.n("1")},
                     {"x", make.s(std::string(bytes - others, 'x'))}});
  };
  CHECK(message(fixture.dynamodb.call(put_item, fixture.put_input(item(kItemBytesMax)))) == "");
  CHECK(message(fixture.dynamodb.call(put_item, fixture.put_input(item(kItemBytesMax + 1)))) ==
        "Item size has exceeded the maximum allowed size");
  auto update = fixture.update_input("SET more = :m");
  update.expression_attribute_values = make.attributes({{":m", make.s("yes")}});
  CHECK(message(fixture.dynamodb.call(update_item, update)) ==
        "Item size to update has exceeded the maximum allowed size");
}

TEST_CASE("dynamodb writes happen only if their condition holds") {
  ItemFixture fixture;
  auto& make = fixture.make;
  const auto item = make.map({{"pk", make.s("a")}, {"sk", make.n("1")}, {"v", make.n("7")}});
  auto input = fixture.put_input(item);
  input.condition_expression = "attribute_not_exists(pk)";
  CHECK(fixture.dynamodb.call(put_item, input));
  input.return_values_on_condition_check_failure = "ALL_OLD";
  const auto refused = fixture.dynamodb.call(put_item, input);
  CHECK(fogbank::tests::error_code(refused) == "ConditionalCheckFailedException");
  CHECK(message(refused) == "The conditional request failed");
  CHECK(refused.error().json_members == R"("Item":{"pk":{"S":"a"},"sk":{"N":"1"},"v":{"N":"7"}})");

  DeleteItemInput erase;
  erase.table_name = "jobs";
  erase.key = fixture.key();
  erase.condition_expression = "v = :v";
  erase.expression_attribute_values = make.attributes({{":v", make.n("8")}});
  CHECK(fogbank::tests::error_code(fixture.dynamodb.call(delete_item, erase)) ==
        "ConditionalCheckFailedException");
  erase.expression_attribute_values = make.attributes({{":v", make.n("7.0")}});
  erase.return_values = "ALL_OLD";
  const auto erased = fixture.dynamodb.call(delete_item, erase);
  REQUIRE(erased);
  CHECK(item_json(erased->attributes) == R"({"pk":{"S":"a"},"sk":{"N":"1"},"v":{"N":"7"}})");
  CHECK(fixture.get("jobs", fixture.key()) == "");
}

TEST_CASE("dynamodb legacy parameters work and do not mix with expressions") {
  ItemFixture fixture;
  auto& make = fixture.make;
  const auto item = make.map({{"pk", make.s("a")}, {"sk", make.n("1")}, {"v", make.n("7")}});
  auto input = fixture.put_input(item);
  ExpectedAttributeValue absent;
  absent.exists = false;
  input.expected.append(make.arena, {"pk", absent});
  CHECK(fixture.dynamodb.call(put_item, input));
  CHECK(message(fixture.dynamodb.call(put_item, input)) == "The conditional request failed");
  input.condition_expression = "attribute_not_exists(pk)";
  CHECK(message(fixture.dynamodb.call(put_item, input)) ==
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}");

  auto update = fixture.update_input("");
  AttributeValueUpdate add;
  add.action = "ADD";
  add.value = make.n("3");
  update.attribute_updates.append(make.arena, {"v", add});
  AttributeValueUpdate plain;
  plain.value = make.s("new");
  update.attribute_updates.append(make.arena, {"w", plain});
  update.return_values = "UPDATED_NEW";
  const auto updated = fixture.dynamodb.call(update_item, update);
  REQUIRE(updated);
  CHECK(item_json(updated->attributes) == R"({"v":{"N":"10"},"w":{"S":"new"}})");
  PutItemInput unused = fixture.put_input(item);
  unused.expression_attribute_values = make.attributes({{":v", make.n("1")}});
  CHECK(message(fixture.dynamodb.call(put_item, unused)) ==
        "ExpressionAttributeValues can only be specified when using expressions: "
        "ConditionExpression is null");
}

TEST_CASE("dynamodb UpdateItem makes the item and answers what ReturnValues asks for") {
  ItemFixture fixture;
  auto& make = fixture.make;
  struct Row {
    const char* return_values;
    std::string first;   // the item does not exist yet
    std::string second;  // it has v = 1
  };
  const Row rows[] = {
      {"NONE", "", ""},
      {"ALL_OLD", "", R"({"pk":{"S":"a"},"sk":{"N":"1"},"v":{"N":"1"}})"},
      {"ALL_NEW", R"({"pk":{"S":"a"},"sk":{"N":"1"},"v":{"N":"1"}})",
       R"({"pk":{"S":"a"},"sk":{"N":"1"},"v":{"N":"2"}})"},
      {"UPDATED_OLD", "", R"({"v":{"N":"1"}})"},
      {"UPDATED_NEW", R"({"v":{"N":"1"}})", R"({"v":{"N":"2"}})"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.return_values);
    ItemFixture fresh;
    auto input = fresh.update_input("ADD v :one");
    input.expression_attribute_values = make.attributes({{":one", make.n("1")}});
    input.return_values = row.return_values;
    const auto first = fresh.dynamodb.call(update_item, input);
    REQUIRE(first);
    CHECK(item_json(first->attributes) == row.first);
    const auto second = fresh.dynamodb.call(update_item, input);
    REQUIRE(second);
    CHECK(item_json(second->attributes) == row.second);
  }
  CHECK(fixture.dynamodb.call(update_item, fixture.update_input("")));
  CHECK(fixture.get("jobs", fixture.key()) == R"({"pk":{"S":"a"},"sk":{"N":"1"}})");
  CHECK(message(fixture.dynamodb.call(update_item, fixture.update_input("REMOVE sk"))) ==
        "One or more parameter values were invalid: Cannot update attribute sk. This attribute is "
        "part of the key");
  CHECK(message(fixture.dynamodb.call(update_item, fixture.update_input("SET v = pk.x"))) ==
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        "allowed: Key: pk");
}

TEST_CASE("dynamodb DescribeTable counts items and bytes as they come and go") {
  ItemFixture fixture;
  auto& make = fixture.make;
  DescribeTableInput input;
  input.table_name = "jobs";
  const auto counted = [&] {
    const auto reply = fixture.dynamodb.call(describe_table, input);
    return std::pair(*reply->table->item_count, *reply->table->table_size_bytes);
  };
  const auto item = make.map({{"pk", make.s("a")}, {"sk", make.n("1")}, {"v", make.s("xyz")}});
  fixture.put("jobs", item);
  fixture.put("jobs", item);
  CHECK(counted() == std::pair<int64_t, int64_t>(1, 2 + 1 + 2 + 2 + 1 + 3));
  DeleteItemInput erase;
  erase.table_name = "jobs";
  erase.key = fixture.key();
  REQUIRE(fixture.dynamodb.call(delete_item, erase));
  REQUIRE(fixture.dynamodb.call(delete_item, erase));
  CHECK(counted() == std::pair<int64_t, int64_t>(0, 0));
}

TEST_CASE("dynamodb writes consume a unit per KB of the larger item, and per index") {
  TableFixture fixture;
  auto& make = fixture.make;
  auto table = fixture.simple("jobs");
  table.attribute_definitions.append(make.arena, fixture.definition("state", "S"));
  table.global_secondary_indexes.append(make.arena,
                                        fixture.global_index("by_state", {"state"}, "KEYS_ONLY"));
  fixture.create(table);
  PutItemInput input;
  input.table_name = "jobs";
  input.return_consumed_capacity = "INDEXES";
  input.item = make.map({{"pk", make.s("a")}, {"x", make.s(std::string(1500, 'x'))}});
  const auto plain = fixture.dynamodb.call(put_item, input);
  REQUIRE(plain);
  CHECK(*plain->consumed_capacity->capacity_units == 2);
  input.item = make.map({{"pk", make.s("a")}, {"state", make.s("new")}});
  const auto indexed = fixture.dynamodb.call(put_item, input);
  REQUIRE(indexed);
  CHECK(*indexed->consumed_capacity->table->capacity_units == 2);
  CHECK(*indexed->consumed_capacity->global_secondary_indexes[0].value.capacity_units == 1);
  const auto same = fixture.dynamodb.call(put_item, input);
  CHECK(*same->consumed_capacity->capacity_units == 1);
}

}  // namespace
}  // namespace fogbank::emulators::dynamodb
