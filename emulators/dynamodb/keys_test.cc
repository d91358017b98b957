#include "emulators/dynamodb/keys.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "core/text.h"
#include "emulators/dynamodb/table.h"
#include "emulators/dynamodb/test_values.h"
#include "storage/storage.h"

namespace fogbank::emulators::dynamodb {
namespace {

using testing::Maker;

// The bytes are on users' disks: a change here needs a migration.
TEST_CASE("dynamodb keys have the bytes of layout 1") {
  const auto account = *aws::AccountId::parse("123456789012");
  const auto region = *aws::Region::parse("eu-west-1");
  Maker make;
  CHECK(table_key(account, region, "jobs") == std::string("Dt123456789012eu-west-1\0jobs", 28));
  CHECK(core::to_hex(counters_key(0x0102030405060708)) == "44630102030405060708");
  std::string key = items_prefix(1);
  append_partition(make.s("a"), key);
  append_sort(make.n("-12.5"), key);
  CHECK(core::to_hex(key) ==
        "44690000000000000001"
        "eccfa654"  // hash
        "01"
        "610001"  // the whole partition key, ended
        "01"
        "7c"
        "f2"
        "cc"
        "ff");  // negative: exponent 1, digits 12 50, complemented
}

TEST_CASE("dynamodb sort keys order as their values do, whatever bytes are in them") {
  Maker make;
  const std::vector<AttributeValue> ascending[] = {
      {make.s(""), make.s({"\0", 1}), make.s({"\0\0", 2}), make.s({"\0\1", 2}), make.s("\1"),
       make.s("a"), make.s({"a\0", 2}), make.s({"a\0b", 3}), make.s("a\1"), make.s("aa"),
       make.s("b"), make.s("\xc3\xa4"), make.s("\xff")},
      {make.n("-1e125"), make.n("-2"), make.n("0"), make.n("1e-130"), make.n("10"), make.n("11")},
  };
  for (const auto& values : ascending) {
    std::vector<std::string> keys;
    for (const auto value : values) {
      std::string key;
      append_sort(value, key);
      keys.push_back(key);
    }
    CHECK(std::is_sorted(keys.begin(), keys.end()));
    for (std::size_t i = 1; i < keys.size(); ++i) CHECK_FALSE(keys[i].starts_with(keys[i - 1]));
  }
  std::string prefix;
  append_sort_prefix(make.s({"a\0", 2}), prefix);
  std::string inside;
  append_sort(make.s({"a\0b", 3}), inside);
  std::string outside;
  append_sort(make.s("a"), outside);
  CHECK(inside.starts_with(prefix));
  CHECK_FALSE(outside.starts_with(prefix));
}

TEST_CASE("dynamodb keys of the longest attributes fit into storage") {
  Maker make;
  const std::string zeros(2048, '\0');
  std::string key = items_prefix(1);
  append_partition(make.b(zeros), key);
  append_sort(make.b(zeros.substr(0, 1024)), key);
  CHECK(key.size() <= storage::kKeyBytesMax);
  std::string entry = index_prefix(1, 1);
  append_partition(make.b(zeros), entry);
  append_sort(make.b(zeros.substr(0, 1024)), entry);
  append_unique(key, entry);
  CHECK(entry.size() <= storage::kKeyBytesMax);
}

TEST_CASE("dynamodb scan segments cover all hashes once") {
  for (const uint32_t segments : {1U, 2U, 3U, 7U, 1000U, 1'000'000U}) {
    CAPTURE(segments);
    CHECK(segment_begin(0, segments) == 0);
    CHECK(segment_begin(segments, segments) == uint64_t{1} << 32U);
    CHECK(segment_begin(segments / 2, segments) <= segment_begin(segments / 2 + 1, segments));
  }
}

TEST_CASE("dynamodb prefixes end where the next prefix begins") {
  CHECK(after_prefix("a") == "b");
  CHECK(after_prefix("a\xff") == "b");
  CHECK(after_prefix("a\x7f") == "a\x80");
}

TEST_CASE("dynamodb counters survive encoding") {
  TableCounters counters;
  CHECK(core::to_hex(counters.encode()) == std::string(32, '0'));
  counters.count = 3;
  counters.tallies[2] = {5, 700};
  const auto read = TableCounters::decode(counters.encode());
  CHECK(read.count == 3);
  CHECK(read.tallies[2].items == 5);
  CHECK(read.tallies[2].bytes == 700);
}

TEST_CASE("dynamodb table records survive encoding and damaged ones are noticed") {
  Maker make;
  TableRecord table;
  table.id = 7;
  table.name = "jobs";
  table.uuid = "11111111-2222-4333-8444-555555555555";
  table.created_ms = 1234;
  table.is_on_demand = true;
  table.schema.partition = {"pk", AttributeKind::kString};
  table.schema.sort = {"sk", AttributeKind::kNumber};
  IndexRecord index;
  index.number = 1;
  index.is_global = true;
  index.name = "by_state";
  index.schema.partition = {"state", AttributeKind::kBinary};
  index.projection = ProjectionKind::kInclude;
  index.included.append(make.arena, "extra");
  table.indexes.append(make.arena, index);
  table.tags.append(make.arena, {"team", "fog"});

  const std::string record = table.encode();
  const auto read = TableRecord::decode(record, make.arena);
  REQUIRE(read);
  CHECK(read->name == "jobs");
  CHECK(read->is_on_demand);
  CHECK(read->schema.sort.name == "sk");
  REQUIRE(read->index_named("by_state") != nullptr);
  CHECK(read->index_named("by_state")->included[0] == "extra");
  CHECK_FALSE(read->index_named("by_state")->schema.has_sort());
  CHECK(read->tags[0].value == "fog");
  CHECK(read->encode() == record);
  for (std::size_t bytes = 0; bytes < record.size(); ++bytes) {
    CHECK_FALSE(TableRecord::decode(record.substr(0, bytes), make.arena));
  }
}

}  // namespace
}  // namespace fogbank::emulators::dynamodb
