#include "emulators/dynamodb/tables.h"

#include <doctest/doctest.h>

#include <functional>

#include "emulators/dynamodb/tags.h"
#include "emulators/dynamodb/test_table.h"

namespace fogbank::emulators::dynamodb {
namespace {

using testing::message;
using testing::TableFixture;

DescribeTableInput named(std::string_view name) {
  DescribeTableInput input;
  input.table_name = name;
  return input;
}

TEST_CASE("dynamodb CreateTable says CREATING and the next DescribeTable ACTIVE") {
  TableFixture fixture;
  const auto made = fixture.dynamodb.call(create_table, fixture.composite("jobs"));
  REQUIRE(made);
  CHECK(made->table_description->table_status == "CREATING");
  CHECK(made->table_description->table_arn == "arn:aws:dynamodb:us-east-1:123456789012:table/jobs");
  CHECK(made->table_description->table_id.size() == 36);

  const auto seen = fixture.dynamodb.call(describe_table, named("jobs"));
  REQUIRE(seen);
  const TableDescription& table = *seen->table;
  CHECK(table.table_status == "ACTIVE");
  CHECK(table.billing_mode_summary->billing_mode == "PAY_PER_REQUEST");
  CHECK(table.key_schema[1].attribute_name == "sk");
  CHECK(table.attribute_definitions[1].attribute_type == "N");
  CHECK(*table.item_count == 0);
  CHECK(table.creation_date_time->ms == fixture.dynamodb.clock.now_ms());
  CHECK(fixture.dynamodb.call(describe_table,
                              named("arn:aws:dynamodb:us-east-1:123456789012:table/jobs")));
}

TEST_CASE("dynamodb tables are refused in AWS's words") {
  struct Row {
    const char* name;
    std::function<void(TableFixture&, CreateTableInput&)> change;
    std::string message;
  };
  const std::string invalid = "One or more parameter values were invalid: ";
  const Row rows[] = {
      {"short name", [](auto&, auto& input) { input.table_name = "ab"; },
       "TableName must be at least 3 characters long and at most 255 characters long"},
      {"no billing", [](auto&, auto& input) { input.billing_mode = {}; },
       invalid + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode "
                 "is PROVISIONED"},
      {"both billings",
       [](auto& fixture, auto& input) {
         input.provisioned_throughput = aws::Ptr<ProvisionedThroughput>::make(fixture.make.arena);
       },
       invalid + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                 "BillingMode is PAY_PER_REQUEST"},
      {"undefined key",
       [](auto& fixture, auto& input) {
         input.key_schema = fixture.schema({"pk", "other"});
       },
       invalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [pk, "
                 "other], AttributeDefinitions: [pk, sk]"},
      {"same key twice",
       [](auto& fixture, auto& input) {
         input.key_schema = fixture.schema({"pk", "pk"});
       },
       "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
      {"range first", [](auto&, auto& input) { input.key_schema[0].key_type = "RANGE"; },
       "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
      {"definition too many",
       [](auto& fixture, auto& input) {
         input.attribute_definitions.append(fixture.make.arena, fixture.definition("x", "S"));
       },
       invalid + "Number of attributes in KeySchema does not exactly match number of attributes "
                 "defined in AttributeDefinitions"},
      {"definition unused with an index",
       [](auto& fixture, auto& input) {
         input.attribute_definitions.append(fixture.make.arena, fixture.definition("x", "S"));
         input.global_secondary_indexes.append(fixture.make.arena,
                                               fixture.global_index("turned", {"sk", "pk"}));
       },
       invalid + "Some AttributeDefinitions are not used. AttributeDefinitions: [pk, sk, x], keys "
                 "used: [pk, sk]"},
      {"index twice",
       [](auto& fixture, auto& input) {
         for (int i = 0; i < 2; ++i) {
           input.global_secondary_indexes.append(fixture.make.arena,
                                                 fixture.global_index("turned", {"sk", "pk"}));
         }
       },
       invalid + "Duplicate index name: turned"},
      {"stream",
       [](auto& fixture, auto& input) {
         input.stream_specification = aws::Ptr<StreamSpecification>::make(fixture.make.arena);
         input.stream_specification->stream_enabled = true;
       },
       "fogbank does not emulate StreamSpecification yet."},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    TableFixture fixture;
    auto input = fixture.composite("jobs");
    row.change(fixture, input);
    CHECK(message(fixture.dynamodb.call(create_table, input)) == row.message);
  }
  TableFixture fixture;
  fixture.create(fixture.simple("jobs"));
  const auto again = fixture.dynamodb.call(create_table, fixture.simple("jobs"));
  CHECK(fogbank::tests::error_code(again) == "ResourceInUseException");
  CHECK(message(again) == "Table already exists: jobs");
}

TEST_CASE("dynamodb tables belong to one account and region, and are listed by name") {
  TableFixture fixture;
  for (const char* name : {"jobs-b", "jobs-a", "jobs-c"}) fixture.create(fixture.simple(name));
  ListTablesInput input;
  input.limit = 2;
  const auto first = fixture.dynamodb.call(list_tables, input);
  REQUIRE(first);
  REQUIRE(first->table_names.size() == 2);
  CHECK(first->table_names[0] == "jobs-a");
  CHECK(first->last_evaluated_table_name == "jobs-b");
  input.exclusive_start_table_name = first->last_evaluated_table_name;
  const auto second = fixture.dynamodb.call(list_tables, input);
  REQUIRE(second);
  REQUIRE(second->table_names.size() == 1);
  CHECK(second->table_names[0] == "jobs-c");
  CHECK_FALSE(second->last_evaluated_table_name);

  fixture.dynamodb.use_region("eu-west-1");
  CHECK(message(fixture.dynamodb.call(describe_table, named("jobs-a"))) ==
        "Requested resource not found: Table: jobs-a not found");
  fixture.dynamodb.use_region("us-east-1");
  fixture.dynamodb.use_account("210987654321");
  CHECK(fixture.dynamodb.call(list_tables, {})->table_names.empty());
}

TEST_CASE("dynamodb DeleteTable removes items with the table, unless it is protected") {
  TableFixture fixture;
  fixture.create(fixture.simple("jobs"));
  fixture.put("jobs", fixture.make.map({{"pk", fixture.make.s("a")}}));
  DeleteTableInput input;
  input.table_name = "jobs";
  const auto gone = fixture.dynamodb.call(delete_table, input);
  REQUIRE(gone);
  CHECK(gone->table_description->table_status == "DELETING");
  CHECK(message(fixture.dynamodb.call(delete_table, input)) ==
        "Requested resource not found: Table: jobs not found");

  auto protected_table = fixture.simple("jobs");
  protected_table.deletion_protection_enabled = true;
  fixture.create(protected_table);
  CHECK(fixture.get("jobs", fixture.make.map({{"pk", fixture.make.s("a")}})) == "");
  CHECK(message(fixture.dynamodb.call(delete_table, input)) ==
        "Resource cannot be deleted as it is currently protected against deletion. Disable "
        "deletion protection first.");
}

TEST_CASE("dynamodb UpdateTable changes billing, class and protection, and says UPDATING once") {
  TableFixture fixture;
  auto input = fixture.simple("jobs");
  input.deletion_protection_enabled = true;
  fixture.create(input);
  UpdateTableInput update;
  update.table_name = "jobs";
  CHECK(message(fixture.dynamodb.call(update_table, update)).starts_with("At least one of"));
  update.billing_mode = "PROVISIONED";
  CHECK(message(fixture.dynamodb.call(update_table, update)).find("must both be specified") !=
        std::string::npos);
  update.provisioned_throughput = aws::Ptr<ProvisionedThroughput>::make(fixture.make.arena);
  update.provisioned_throughput->read_capacity_units = int64_t{5};
  update.provisioned_throughput->write_capacity_units = int64_t{6};
  update.table_class = "STANDARD_INFREQUENT_ACCESS";
  update.deletion_protection_enabled = false;
  const auto updated = fixture.dynamodb.call(update_table, update);
  REQUIRE(updated);
  CHECK(updated->table_description->table_status == "UPDATING");
  const auto seen = fixture.dynamodb.call(describe_table, named("jobs"));
  REQUIRE(seen);
  CHECK(seen->table->table_status == "ACTIVE");
  CHECK_FALSE(seen->table->billing_mode_summary);
  CHECK(*seen->table->provisioned_throughput->write_capacity_units == 6);
  CHECK(seen->table->table_class_summary->table_class == "STANDARD_INFREQUENT_ACCESS");
  DeleteTableInput gone;
  gone.table_name = "jobs";
  CHECK(fixture.dynamodb.call(delete_table, gone));
}

TEST_CASE("dynamodb tags are added, replaced, listed and removed") {
  TableFixture fixture;
  const auto tag = [](std::string_view key, std::string_view value) {
    Tag out;
    out.key = key;
    out.value = value;
    return out;
  };
  auto input = fixture.simple("jobs");
  input.tags.append(fixture.make.arena, tag("team", "fog"));
  fixture.create(input);
  const char* arn = "arn:aws:dynamodb:us-east-1:123456789012:table/jobs";
  TagResourceInput more;
  more.resource_arn = arn;
  more.tags.append(fixture.make.arena, tag("team", "mist"));
  more.tags.append(fixture.make.arena, tag("cost", "0"));
  REQUIRE(fixture.dynamodb.call(tag_resource, more));
  UntagResourceInput fewer;
  fewer.resource_arn = arn;
  fewer.tag_keys.append(fixture.make.arena, "cost");
  REQUIRE(fixture.dynamodb.call(untag_resource, fewer));
  ListTagsOfResourceInput list;
  list.resource_arn = arn;
  const auto tags = fixture.dynamodb.call(list_tags_of_resource, list);
  REQUIRE(tags);
  REQUIRE(tags->tags.size() == 1);
  CHECK(tags->tags[0].value == "mist");
}

TEST_CASE("dynamodb DescribeEndpoints answers the host that was asked") {
  TableFixture f;
  const auto reply = f.dynamodb.call(describe_endpoints, {});
  REQUIRE(reply);
  REQUIRE(reply->endpoints.size() == 1);
  CHECK(reply->endpoints[0].address == f.dynamodb.host);
  CHECK(*reply->endpoints[0].cache_period_in_minutes == 1440);
}

TEST_CASE("dynamodb DescribeLimits answers AWS's defaults of an account") {
  TableFixture f;
  const auto reply = f.dynamodb.call(describe_limits, {});
  REQUIRE(reply);
  CHECK(*reply->account_max_read_capacity_units == 80'000);
  CHECK(*reply->table_max_write_capacity_units == 40'000);
}

TEST_CASE("dynamodb DescribeTimeToLive says disabled of a table and refuses an unknown one") {
  TableFixture f;
  REQUIRE(f.dynamodb.call(create_table, f.simple("table")));
  DescribeTimeToLiveInput input;
  input.table_name = "table";
  const auto reply = f.dynamodb.call(describe_time_to_live, input);
  REQUIRE(reply);
  CHECK(reply->time_to_live_description->time_to_live_status == "DISABLED");
  input.table_name = "none";
  CHECK(tests::error_code(f.dynamodb.call(describe_time_to_live, input)) ==
        "ResourceNotFoundException");
}

}  // namespace
}  // namespace fogbank::emulators::dynamodb
