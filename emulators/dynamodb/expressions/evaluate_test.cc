#include "emulators/dynamodb/expressions/evaluate.h"

#include <doctest/doctest.h>

#include "emulators/dynamodb/expressions/apply.h"
#include "emulators/dynamodb/expressions/parser.h"
#include "emulators/dynamodb/test_values.h"

namespace fogbank::emulators::dynamodb {
namespace {

using testing::item_json;
using testing::json;
using testing::Maker;

struct Given {
  Maker make;
  AttributeValue item = make.map({
      {"pk", make.s("k")},
      {"str", make.s("gr\xc3\xbc\xc3\x9f \xf0\x9f\x8c\xab")},
      {"num", make.n("10")},
      {"bin", make.b("\x01\x02")},
      {"yes", make.boolean(true)},
      {"nil", make.null()},
      {"tags", make.ss({"a", "b"})},
      {"nums", make.ns({"1", "2"})},
      {"lst", make.list({make.n("1"), make.s("two"), make.map({{"deep", make.s("d")}})})},
      {"doc", make.map({{"x", make.n("1")}, {"y", make.map({{"z", make.s("zz")}})}})},
  });
  Attributes values = make.attributes(
      {{":k", make.s("k")},
       {":gr", make.s("gr")},
       {":a", make.s("a")},
       {":two", make.s("two")},
       {":n0", make.n("0")},
       {":n1", make.n("1")},
       {":n2", make.n("2")},
       {":n3", make.n("3")},
       {":n7", make.n("7")},
       {":n9", make.n("9")},
       {":n10", make.n("10")},
       {":n100", make.n("100")},
       {":bin", make.b("\x01")},
       {":yes", make.boolean(true)},
       {":SS", make.s("SS")},
       {":set", make.ss({"a", "b"})},
       {":more", make.ss({"b", "c"})},
       {":both", make.ss({"a", "b", "x"})},
       {":list", make.list({make.n("8"), make.n("9")})},
       {":doc", make.map({{"y", make.map({{"z", make.s("zz")}})}, {"x", make.n("1")}})}});
  aws::Map<aws::Text> names;
  Placeholders placeholders{names, values, make.arena};
};

TEST_CASE("dynamodb conditions hold for an item as AWS says") {
  struct Row {
    const char* condition;
    bool is_true;
  };
  const Row rows[] = {
      {"pk = :k", true},
      {"pk <> :k", false},
      {"nowhere = :k", false},
      {"nowhere <> :k", true},
      {"num > :n9", true},  // as numbers, not as texts
      {"num < :n100", true},
      {"num > :k", false},
      {"NOT num > :k", true},
      {"nowhere < :n9", false},
      {"num BETWEEN :n9 AND :n10", true},
      {"num BETWEEN :n100 AND :n100", false},
      {"pk IN (:a, :k)", true},
      {"pk IN (:a)", false},
      {"attribute_exists(doc.y.z)", true},
      {"attribute_exists(doc.y[0])", false},
      {"attribute_exists(lst[2].deep)", true},
      {"attribute_exists(lst[3])", false},
      {"attribute_exists(nil)", true},
      {"attribute_not_exists(nowhere)", true},
      {"attribute_type(tags, :SS)", true},
      {"attribute_type(nowhere, :SS)", false},
      {"begins_with(str, :gr)", true},
      {"begins_with(bin, :bin)", true},
      {"begins_with(num, :gr)", false},
      {"contains(str, :gr)", true},
      {"contains(tags, :a)", true},
      {"contains(nums, :n1)", true},
      {"contains(nums, :n3)", false},
      {"contains(lst, :two)", true},
      {"contains(doc, :n1)", false},
      {"contains(:gr, pk)", false},
      {"size(str) = :n7", true},  // UTF-16 code units, as AWS's Java counts them
      {"size(lst) = :n3", true},
      {"size(tags) = :n2", true},
      {"size(num) = :n2", false},
      {"size(nowhere) > :n0", false},
      {"yes = :yes", true},
      {"tags = :set", true},
      {"doc = :doc", true},
      {"pk = :a OR num = :n10 AND yes = :yes", true},
      {"(pk = :a OR num = :n10) AND NOT yes = :yes", false},
      {"NOT pk = :a AND pk = :a", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.condition);
    Given given;
    const auto tree =
        parse_condition("ConditionExpression", row.condition, given.placeholders, given.make.arena);
    REQUIRE(tree);
    CHECK(holds(**tree, given.item, given.make.arena) == row.is_true);
  }
  Given given;
  const auto tree = parse_condition("ConditionExpression", "attribute_not_exists(pk)",
                                    given.placeholders, given.make.arena);
  CHECK(holds(**tree, {}, given.make.arena));
}

TEST_CASE("dynamodb projections keep the structure around what they select") {
  struct Row {
    const char* projection;
    const char* expected;
  };
  const Row rows[] = {
      {"pk, nowhere", R"({"pk":{"S":"k"}})"},
      {"doc.y.z", R"({"doc":{"M":{"y":{"M":{"z":{"S":"zz"}}}}}})"},
      {"doc.x, doc.y.z", R"({"doc":{"M":{"x":{"N":"1"},"y":{"M":{"z":{"S":"zz"}}}}}})"},
      {"lst[2].deep, lst[0]", R"({"lst":{"L":[{"N":"1"},{"M":{"deep":{"S":"d"}}}]}})"},
      {"lst[7], doc.q", R"({})"},
      {"pk[0], num.a", R"({})"},
      {"lst[1].a, lst[1][0]", nullptr},
  };
  for (const auto& row : rows) {
    CAPTURE(row.projection);
    Given given;
    const auto paths = parse_projection(row.projection, given.placeholders, given.make.arena);
    REQUIRE(paths.has_value() == (row.expected != nullptr));
    if (!paths) continue;
    CHECK(item_json(project(*paths, given.item, given.make.arena)) == row.expected);
  }
}

TEST_CASE("dynamodb updates change an item as AWS does") {
  const std::string no_attribute =
      "The provided expression refers to an attribute that does not exist in the item";
  const std::string kind = "An operand in the update expression has an incorrect data type";
  const std::string path =
      "The document path provided in the update expression is invalid for update";
  struct Row {
    const char* update;
    const char* looked_at;
    std::string expected;
  };
  const Row rows[] = {
      {"SET fresh = :k", "fresh", R"({"S":"k"})"},
      {"SET num = num + :n1", "num", R"({"N":"11"})"},
      {"SET num = :n1 - num", "num", R"({"N":"-9"})"},
      {"SET pk2 = num, num = :n1", "pk2", R"({"N":"10"})"},  // values are those before
      {"SET fresh = if_not_exists(fresh, :n0) + :n1", "fresh", R"({"N":"1"})"},
      {"SET num = if_not_exists(num, :n0)", "num", R"({"N":"10"})"},
      {"SET lst = list_append(:list, lst)", "lst",
       R"({"L":[{"N":"8"},{"N":"9"},{"N":"1"},{"S":"two"},{"M":{"deep":{"S":"d"}}}]})"},
      {"SET lst[1] = :k", "lst", R"({"L":[{"N":"1"},{"S":"k"},{"M":{"deep":{"S":"d"}}}]})"},
      {"SET lst[9] = :n9, lst[5] = :n3", "lst",
       R"({"L":[{"N":"1"},{"S":"two"},{"M":{"deep":{"S":"d"}}},{"N":"3"},{"N":"9"}]})"},
      {"SET lst[2].deep = :n1", "lst", R"({"L":[{"N":"1"},{"S":"two"},{"M":{"deep":{"N":"1"}}}]})"},
      {"REMOVE lst[0], lst[1]", "lst", R"({"L":[{"M":{"deep":{"S":"d"}}}]})"},
      {"REMOVE lst[0] SET lst[1] = :k", "lst", R"({"L":[{"S":"k"},{"M":{"deep":{"S":"d"}}}]})"},
      {"REMOVE lst[9]", "lst", R"({"L":[{"N":"1"},{"S":"two"},{"M":{"deep":{"S":"d"}}}]})"},
      {"REMOVE nowhere", "nowhere", ""},
      {"REMOVE doc.y", "doc", R"({"M":{"x":{"N":"1"}}})"},
      {"SET doc.w = :k REMOVE doc.x", "doc", R"({"M":{"y":{"M":{"z":{"S":"zz"}}},"w":{"S":"k"}}})"},
      {"ADD num :n1", "num", R"({"N":"11"})"},
      {"ADD fresh :n1", "fresh", R"({"N":"1"})"},
      {"ADD tags :more", "tags", R"({"SS":["a","b","c"]})"},
      {"ADD doc.x :n1", "doc", R"({"M":{"x":{"N":"2"},"y":{"M":{"z":{"S":"zz"}}}}})"},
      {"DELETE tags :more", "tags", R"({"SS":["a"]})"},
      {"DELETE tags :both", "tags", ""},
      {"DELETE nowhere :more", "nowhere", ""},
      {"SET fresh = nowhere", "", no_attribute},
      {"SET fresh = nowhere + :n1", "", no_attribute},
      {"SET num = pk + :n1", "", kind},
      {"SET lst = list_append(pk, :list)", "", kind},
      {"ADD pk :n1", "", kind},
      {"ADD num :more", "", kind},
      {"DELETE pk :more", "", kind},
      {"SET nowhere.a = :k", "", path},
      {"SET pk.a = :k", "", path},
      {"SET doc[0] = :k", "", path},
      {"SET lst.a = :k", "", path},
      {"REMOVE nowhere.a", "", path},
  };
  for (const auto& row : rows) {
    CAPTURE(row.update);
    Given given;
    const auto tree = parse_update(row.update, given.placeholders, given.make.arena);
    REQUIRE(tree);
    const auto after = apply_update(*tree, given.item, given.make.arena);
    if (row.looked_at[0] == '\0') {
      REQUIRE_FALSE(after);
      CHECK(after.error().message == row.expected);
    } else {
      REQUIRE(after);
      CHECK(json(after->find(row.looked_at)) == row.expected);
      CHECK(aws::is_well_formed(*after));
    }
  }
}

}  // namespace
}  // namespace fogbank::emulators::dynamodb
