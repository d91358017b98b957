#include "emulators/dynamodb/query.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "emulators/dynamodb/test_table.h"

namespace fogbank::emulators::dynamodb {
namespace {

using testing::item_json;
using testing::message;
using testing::TableFixture;

// "jobs" holds pk a to c, each with sk 1 to 5 and v = sk * 10.
struct QueryFixture : TableFixture {
  QueryFixture() {
    create(composite("jobs"));
    for (const char* pk : {"a", "b", "c"}) {
      for (int sk = 1; sk <= 5; ++sk) {
        put("jobs", make.map({{"pk", make.s(pk)},
                              {"sk", make.n(std::to_string(sk))},
                              {"v", make.n(std::to_string(sk * 10))}}));
      }
    }
  }
  Attributes values = make.attributes({{":pk", make.s("b")}});
  QueryInput input(std::string_view condition) {
    QueryInput out;
    out.table_name = "jobs";
    out.key_condition_expression = condition;
    out.expression_attribute_values = values;
    return out;
  }
  void value(std::string_view name, AttributeValue value) {
    values.append(make.arena, {name, value});
  }
  template <class Output>
  static std::string sort_keys(const Output& output) {
    std::string out;
    for (const auto& item : output.items) out += std::string(item.find("sk").text()) + " ";
    return out;
  }
};

TEST_CASE("dynamodb Query reads a range of one partition in either direction") {
  struct Row {
    const char* condition;
    const char* expected;
  };
  const Row rows[] = {
      {"pk = :pk", "1 2 3 4 5 "},
      {"pk = :pk AND sk = :two", "2 "},
      {"pk = :pk AND sk < :two", "1 "},
      {"pk = :pk AND sk <= :two", "1 2 "},
      {"pk = :pk AND sk > :two", "3 4 5 "},
      {"pk = :pk AND sk >= :two", "2 3 4 5 "},
      {":two < sk AND :pk = pk", "3 4 5 "},
      {"(pk = :pk) AND (sk BETWEEN :two AND :four)", "2 3 4 "},
  };
  for (const auto& row : rows) {
    CAPTURE(row.condition);
    for (const bool is_forward : {true, false}) {
      QueryFixture fixture;
      const std::string_view condition = row.condition;
      if (condition.find(":two") != condition.npos) fixture.value(":two", fixture.make.n("2"));
      if (condition.find(":four") != condition.npos) fixture.value(":four", fixture.make.n("4"));
      auto input = fixture.input(condition);
      input.scan_index_forward = is_forward;
      const auto reply = fixture.dynamodb.call(query, input);
      REQUIRE(reply);
      std::string expected = row.expected;
      if (!is_forward) {
        std::reverse(expected.begin(), expected.end());
        expected = expected.substr(1) + " ";
      }
      CHECK(QueryFixture::sort_keys(*reply) == expected);
      CHECK(*reply->count == *reply->scanned_count);
    }
  }
}

TEST_CASE("dynamodb Query pages by Limit and goes on behind LastEvaluatedKey") {
  for (const bool is_forward : {true, false}) {
    QueryFixture fixture;
    auto input = fixture.input("pk = :pk");
    input.limit = 2;
    input.scan_index_forward = is_forward;
    std::string seen;
    int pages = 0;
    while (true) {
      const auto reply = fixture.dynamodb.call(query, input);
      REQUIRE(reply);
      seen += QueryFixture::sort_keys(*reply);
      ++pages;
      if (!reply->last_evaluated_key) break;
      input.exclusive_start_key = reply->last_evaluated_key;
    }
    CHECK(seen == (is_forward ? "1 2 3 4 5 " : "5 4 3 2 1 "));
    CHECK(pages == 3);
  }
}

TEST_CASE("dynamodb Query filters after reading, counts both, and projects") {
  QueryFixture fixture;
  fixture.value(":v", fixture.make.n("30"));
  auto input = fixture.input("pk = :pk");
  input.filter_expression = "v >= :v";
  input.projection_expression = "v";
  input.return_consumed_capacity = "TOTAL";
  const auto reply = fixture.dynamodb.call(query, input);
  REQUIRE(reply);
  CHECK(*reply->count == 3);
  CHECK(*reply->scanned_count == 5);
  CHECK(item_json(reply->items[0]) == R"({"v":{"N":"30"}})");
  CHECK(*reply->consumed_capacity->capacity_units == 0.5);
  input.projection_expression = {};
  input.select = "COUNT";
  const auto counted = fixture.dynamodb.call(query, input);
  REQUIRE(counted);
  CHECK_FALSE(counted->items);
  CHECK(*counted->count == 3);
}

TEST_CASE("dynamodb Query stops at a page of 1 MB") {
  TableFixture fixture;
  auto& make = fixture.make;
  fixture.create(fixture.composite("jobs"));
  const std::string big(300 * 1024, 'x');
  for (int sk = 1; sk <= 6; ++sk) {
    fixture.put(
        "jobs",
        make.map({{"pk", make.s("b")}, {"sk", make.n(std::to_string(sk))}, {"x", make.s(big)}}));
  }
  QueryInput input;
  input.table_name = "jobs";
  input.key_condition_expression = "pk = :pk";
  input.expression_attribute_values = make.attributes({{":pk", make.s("b")}});
  const auto first = fixture.dynamodb.call(query, input);
  REQUIRE(first);
  CHECK(*first->count == 4);
  REQUIRE(first->last_evaluated_key);
  CHECK(item_json(first->last_evaluated_key) == R"({"pk":{"S":"b"},"sk":{"N":"4"}})");
  input.exclusive_start_key = first->last_evaluated_key;
  const auto second = fixture.dynamodb.call(query, input);
  REQUIRE(second);
  CHECK(*second->count == 2);
  CHECK_FALSE(second->last_evaluated_key);
}

TEST_CASE("dynamodb Query refuses in AWS's words what it cannot answer") {
  struct Row {
    const char* condition;
    std::string message;
  };
  const std::string invalid = "Invalid KeyConditionExpression: ";
  const Row rows[] = {
      {"", invalid + "The expression can not be empty;"},
      {"sk = :pk", "Query condition missed key schema element: pk"},
      {"v = :pk", "Query condition missed key schema element: pk"},
      {"pk = :pk AND v = :pk", "Query condition missed key schema element: sk"},
      {"pk > :pk", "Query key condition not supported"},
      {"pk <> :pk", "Invalid operator used in KeyConditionExpression: <>"},
      {"pk = :pk OR sk = :pk", "Invalid operator used in KeyConditionExpression: OR"},
      {"NOT pk = :pk", "Invalid operator used in KeyConditionExpression: NOT"},
      {"pk IN (:pk)", "Invalid operator used in KeyConditionExpression: IN"},
      {"contains(pk, :pk)", "Invalid operator used in KeyConditionExpression: contains"},
      {"size(pk) = :pk", "KeyConditionExpressions cannot contain nested operations"},
      {"pk = :pk AND pk = :pk", "KeyConditionExpressions must only contain one condition per key"},
      {"pk.x = :pk", "KeyConditionExpressions cannot have conditions on nested attributes"},
      {"pk = sk AND v = :pk",
       "Invalid condition in KeyConditionExpression: Multiple attribute "
       "names used in one condition"},
      {"pk = :pk AND sk = :pk",
       "One or more parameter values were invalid: Condition parameter type does not match schema "
       "type"},
      {"((pk = :pk))", invalid + "The expression has redundant parentheses;"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.condition);
    QueryFixture fixture;
    CHECK(message(fixture.dynamodb.call(query, fixture.input(row.condition))) == row.message);
  }
  QueryFixture fixture;
  auto& make = fixture.make;
  auto input = fixture.input("pk = :pk");
  input.filter_expression = "sk <> :pk";
  CHECK(message(fixture.dynamodb.call(query, input)) ==
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk");
  input.filter_expression = {};
  input.exclusive_start_key = make.map({{"bad", make.s("p")}});
  CHECK(message(fixture.dynamodb.call(query, input)) == "The provided starting key is invalid");
  input.exclusive_start_key = make.map({{"pk", make.s("a")}, {"sk", make.n("1")}});
  CHECK(message(fixture.dynamodb.call(query, input)) ==
        "The provided starting key is outside query boundaries based on provided conditions");
  input.exclusive_start_key = {};
  input.index_name = "nowhere";
  CHECK(message(fixture.dynamodb.call(query, input)) ==
        "The table does not have the specified index: nowhere");
}

TEST_CASE("dynamodb Query answers the older KeyConditions and QueryFilter too") {
  QueryFixture fixture;
  auto& make = fixture.make;
  const auto condition = [&](std::string_view comparison,
                             std::initializer_list<AttributeValue> operands) {
    Condition out;
    out.comparison_operator = comparison;
    for (const auto& operand : operands) out.attribute_value_list.append(make.arena, operand);
    return out;
  };
  QueryInput input;
  input.table_name = "jobs";
  input.key_conditions.append(make.arena, {"pk", condition("EQ", {make.s("a")})});
  input.key_conditions.append(make.arena, {"sk", condition("GT", {make.n("1")})});
  input.query_filter.append(make.arena, {"v", condition("NE", {make.n("30")})});
  const auto reply = fixture.dynamodb.call(query, input);
  REQUIRE(reply);
  CHECK(QueryFixture::sort_keys(*reply) == "2 4 5 ");
}

TEST_CASE("dynamodb Scan sees every item once, whole, in pages and in segments") {
  QueryFixture fixture;
  const auto all = [&](int segments, int limit) {
    std::multiset<std::string> seen;
    for (int segment = 0; segment < segments; ++segment) {
      ScanInput input;
      input.table_name = "jobs";
      input.total_segments = segments;
      input.segment = segment;
      if (limit > 0) input.limit = limit;
      do {
        const auto reply = fixture.dynamodb.call(scan, input);
        REQUIRE(reply);
        for (const auto& item : reply->items) seen.insert(item_json(item));
        input.exclusive_start_key = reply->last_evaluated_key;
      } while (input.exclusive_start_key);
    }
    return seen;
  };
  const auto once = all(1, 0);
  CHECK(once.size() == 15);
  CHECK(std::set(once.begin(), once.end()).size() == 15);
  CHECK(all(1, 1) == once);
  CHECK(all(4, 2) == once);
  CHECK(all(1000, 0) == once);

  ScanInput input;
  input.table_name = "jobs";
  input.segment = 0;
  CHECK(message(fixture.dynamodb.call(scan, input)) ==
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present");
  input.total_segments = 1;
  input.segment = 1;
  CHECK(message(fixture.dynamodb.call(scan, input)) ==
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
        "Segment: 1 is not less than TotalSegments: 1");
}

TEST_CASE("dynamodb indexes follow their items and answer Query and Scan") {
  TableFixture fixture;
  auto& make = fixture.make;
  auto table = fixture.composite("jobs");
  table.attribute_definitions.append(make.arena, fixture.definition("state", "S"));
  table.global_secondary_indexes.append(
      make.arena, fixture.global_index("by_state", {"state", "sk"}, "KEYS_ONLY"));
  LocalSecondaryIndex local;
  local.index_name = "local";
  local.key_schema = fixture.schema({"pk", "state"});
  local.projection = aws::Ptr<Projection>::make(make.arena);
  local.projection->projection_type = "KEYS_ONLY";
  table.local_secondary_indexes.append(make.arena, local);
  fixture.create(table);
  const auto put = [&](const char* pk, const char* sk, const char* state) {
    fixture.put("jobs", make.map({{"pk", make.s(pk)},
                                  {"sk", make.n(sk)},
                                  {"state", make.s(state)},
                                  {"x", make.s("big")}}));
  };
  put("a", "1", "new");
  put("b", "2", "new");
  put("c", "2", "new");
  put("c", "3", "old");
  fixture.put("jobs", make.map({{"pk", make.s("d")}, {"sk", make.n("1")}}));  // in no index

  QueryInput input;
  input.table_name = "jobs";
  input.index_name = "by_state";
  input.key_condition_expression = "#state = :s";
  input.expression_attribute_names = make.names({{"#state", "state"}});
  input.expression_attribute_values = make.attributes({{":s", make.s("new")}});
  input.limit = 1;
  std::multiset<std::string> seen;
  while (true) {
    const auto reply = fixture.dynamodb.call(query, input);
    REQUIRE(reply);
    for (const auto& item : reply->items) seen.insert(item_json(item));
    if (!reply->last_evaluated_key) break;
    CHECK(reply->last_evaluated_key.count() == 3);
    input.exclusive_start_key = reply->last_evaluated_key;
  }
  CHECK(seen ==
        std::multiset<std::string>{R"({"pk":{"S":"a"},"sk":{"N":"1"},"state":{"S":"new"}})",
                                   R"({"pk":{"S":"b"},"sk":{"N":"2"},"state":{"S":"new"}})",
                                   R"({"pk":{"S":"c"},"sk":{"N":"2"},"state":{"S":"new"}})"});

  put("b", "2", "old");
  input.limit = {};
  input.exclusive_start_key = {};
  CHECK(*fixture.dynamodb.call(query, input)->count == 2);
  input.select = "ALL_ATTRIBUTES";
  CHECK(message(fixture.dynamodb.call(query, input)) ==
        "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported "
        "for global secondary index by_state because its projection type is not ALL");

  input.index_name = "local";
  input.key_condition_expression = "pk = :s";
  input.expression_attribute_names = {};
  input.expression_attribute_values = make.attributes({{":s", make.s("c")}});
  const auto whole = fixture.dynamodb.call(query, input);
  REQUIRE(whole);
  CHECK(item_json(whole->items[0]) ==
        R"({"pk":{"S":"c"},"sk":{"N":"2"},"state":{"S":"new"},"x":{"S":"big"}})");
  ScanInput all;
  all.table_name = "jobs";
  all.index_name = "by_state";
  CHECK(*fixture.dynamodb.call(scan, all)->count == 4);
  DescribeTableInput describe;
  describe.table_name = "jobs";
  const auto described = fixture.dynamodb.call(describe_table, describe);
  REQUIRE(described);
  const auto& global = described->table->global_secondary_indexes[0];
  CHECK(*global.item_count == 4);
  CHECK(*global.index_size_bytes == 4 * (2 + 1 + 2 + 2 + 5 + 3));

  PutItemInput wrong;
  wrong.table_name = "jobs";
  wrong.item = make.map({{"pk", make.s("a")}, {"sk", make.n("1")}, {"state", make.n("1")}});
  CHECK(message(fixture.dynamodb.call(put_item, wrong)) ==
        "One or more parameter values were invalid: Type mismatch for Index Key state Expected: S "
        "Actual: N IndexName: local");
}

}  // namespace
}  // namespace fogbank::emulators::dynamodb
