#include "emulators/dynamodb/batch.h"

#include <doctest/doctest.h>

#include "emulators/dynamodb/test_table.h"

namespace fogbank::emulators::dynamodb {
namespace {

using testing::item_json;
using testing::message;
using testing::TableFixture;

struct BatchFixture : TableFixture {
  BatchFixture() { create(simple("jobs")); }
  AttributeValue key(int number) {
    return make.map({{"pk", make.s("k" + std::to_string(number))}});
  }
  WriteRequest put_request(AttributeValue item) {
    WriteRequest request;
    request.put_request = aws::Ptr<PutRequest>::make(make.arena);
    request.put_request->item = item;
    return request;
  }
  WriteRequest delete_request(AttributeValue item_key) {
    WriteRequest request;
    request.delete_request = aws::Ptr<DeleteRequest>::make(make.arena);
    request.delete_request->key = item_key;
    return request;
  }
  BatchWriteItemInput writes(const aws::List<WriteRequest>& requests) {
    BatchWriteItemInput input;
    input.request_items.append(make.arena, {"jobs", requests});
    return input;
  }
  BatchGetItemInput reads(int count) {
    KeysAndAttributes keys;
    for (int i = 0; i < count; ++i) keys.keys.append(make.arena, key(i));
    BatchGetItemInput input;
    input.request_items.append(make.arena, {"jobs", keys});
    return input;
  }
};

TEST_CASE("dynamodb BatchWriteItem puts and deletes, BatchGetItem answers what is there") {
  BatchFixture fixture;
  aws::List<WriteRequest> requests;
  for (int i = 0; i < 25; ++i) {
    requests.append(fixture.make.arena, fixture.put_request(fixture.key(i)));
  }
  auto input = fixture.writes(requests);
  input.return_consumed_capacity = "TOTAL";
  const auto written = fixture.dynamodb.call(batch_write_item, input);
  REQUIRE(written);
  CHECK(written->unprocessed_items.has_value());
  CHECK(written->unprocessed_items.empty());
  CHECK(*written->consumed_capacity[0].capacity_units == 25);

  aws::List<WriteRequest> erase;
  erase.append(fixture.make.arena, fixture.delete_request(fixture.key(0)));
  REQUIRE(fixture.dynamodb.call(batch_write_item, fixture.writes(erase)));
  const auto read = fixture.dynamodb.call(batch_get_item, fixture.reads(30));
  REQUIRE(read);
  CHECK(read->responses[0].value.size() == 24);
  CHECK(item_json(read->responses[0].value[0]) == R"({"pk":{"S":"k1"}})");
  CHECK(read->unprocessed_keys.empty());
}

TEST_CASE("dynamodb batches have limits, and no item twice") {
  BatchFixture fixture;
  aws::List<WriteRequest> requests;
  for (int i = 0; i < 26; ++i) {
    requests.append(fixture.make.arena, fixture.put_request(fixture.key(i)));
  }
  CHECK(message(fixture.dynamodb.call(batch_write_item, fixture.writes(requests))) ==
        "Too many items requested for the BatchWriteItem call");
  CHECK(fixture.dynamodb.call(batch_get_item, fixture.reads(100)));
  CHECK(message(fixture.dynamodb.call(batch_get_item, fixture.reads(101))) ==
        "Too many items requested for the BatchGetItem call");

  aws::List<WriteRequest> twice;
  twice.append(fixture.make.arena, fixture.put_request(fixture.key(1)));
  twice.append(fixture.make.arena, fixture.delete_request(fixture.key(1)));
  CHECK(message(fixture.dynamodb.call(batch_write_item, fixture.writes(twice))) ==
        "Provided list of item keys contains duplicates");
  CHECK(fixture.get("jobs", fixture.key(1)) == "");
}

TEST_CASE("dynamodb BatchGetItem leaves what is over 16 MB for the next call") {
  BatchFixture fixture;
  auto& make = fixture.make;
  const std::string big(399 * 1024, 'x');
  for (int i = 0; i < 45; ++i) {
    fixture.put("jobs", make.map({{"pk", make.s("k" + std::to_string(i))}, {"x", make.s(big)}}));
  }
  const auto reply = fixture.dynamodb.call(batch_get_item, fixture.reads(45));
  REQUIRE(reply);
  const std::size_t answered = reply->responses[0].value.size();
  CHECK(answered == 41);
  CHECK(reply->unprocessed_keys[0].value.keys.size() == 45 - answered);
}

}  // namespace
}  // namespace fogbank::emulators::dynamodb
