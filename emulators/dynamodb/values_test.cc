#include "emulators/dynamodb/values.h"

#include <doctest/doctest.h>

#include "emulators/dynamodb/limits.h"
#include "emulators/dynamodb/test_values.h"

namespace fogbank::emulators::dynamodb {
namespace {

using testing::json;
using testing::Maker;

TEST_CASE("dynamodb values become canonical: numbers in AWS's text, sets sorted") {
  Maker make;
  struct Row {
    const char* name;
    AttributeValue value;
    std::string expected;
  };
  const Row rows[] = {
      {"string", make.s("x"), R"({"S":"x"})"},
      {"empty string", make.s(""), R"({"S":""})"},
      {"number", make.n("0012.50"), R"({"N":"12.5"})"},
      {"string set", make.ss({"b", "a"}), R"({"SS":["a","b"]})"},
      {"number set", make.ns({"10", "9", "-1.0"}), R"({"NS":["-1","9","10"]})"},
      {"nested", make.list({make.n("1e2"), make.map({{"a", make.ns({"2", "1"})}})}),
       R"({"L":[{"N":"100"},{"M":{"a":{"NS":["1","2"]}}}]})"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto canonical = normalise(row.value, make.arena);
    REQUIRE(canonical);
    CHECK(json(*canonical) == row.expected);
    const auto again = normalise(*canonical, make.arena);
    CHECK(again->at == canonical->at);  // canonical values are not copied
  }
}

TEST_CASE("dynamodb values that AWS refuses are refused in its words") {
  Maker make;
  const std::string invalid = "One or more parameter values were invalid: ";
  struct Row {
    const char* name;
    AttributeValue value;
    std::string message;
  };
  const Row rows[] = {
      {"absent",
       {},
       "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
      {"no number", make.n("x"), "The parameter cannot be converted to a numeric value: x"},
      {"empty string set", make.ss({}), invalid + "An string set  may not be empty"},
      {"empty number set", make.ns({}), invalid + "An number set  may not be empty"},
      {"empty binary set", make.set(AttributeKind::kBinarySet, {}),
       invalid + "Binary sets should not be empty"},
      {"strings twice", make.ss({"b", "a", "b"}),
       invalid + "Input collection [b, a, b] contains duplicates."},
      {"binaries twice", make.set(AttributeKind::kBinarySet, {"a", "a"}),
       invalid + "Input collection [YQ==, YQ==]of type BS contains duplicates."},
      {"numbers twice", make.ns({"1", "1.0"}), "Input collection contains duplicates"},
      {"nested", make.list({make.map({{"a", make.n("1e126")}})}),
       "Number overflow. Attempting to store a number with magnitude larger than supported range"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto canonical = normalise(row.value, make.arena);
    REQUIRE_FALSE(canonical);
    CHECK(canonical.error() == row.message);
  }
}

TEST_CASE("dynamodb values nest 32 levels deep and no deeper") {
  Maker make;
  AttributeValue value = make.s("x");
  for (int level = 0; level < kValueNestingMax; ++level) value = make.list({value});
  CHECK(normalise(value, make.arena));
  const auto refused = normalise(make.list({value}), make.arena);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == "Nesting Levels have exceeded supported limits");
}

TEST_CASE("dynamodb values are equal by content, maps in any order") {
  Maker make;
  const auto a = make.map({{"x", make.n("1")}, {"y", make.list({make.s("z")})}});
  const auto b = make.map({{"y", make.list({make.s("z")})}, {"x", make.n("1")}});
  CHECK(equals(a, b));
  CHECK_FALSE(equals(a, make.map({{"x", make.n("1")}})));
  CHECK_FALSE(equals(make.s("1"), make.n("1")));
  CHECK_FALSE(equals({}, {}));
  CHECK(compare(make.n("9"), make.n("10")) == -1);
  CHECK(compare(make.s("9"), make.s("10")) == 1);
  CHECK_FALSE(compare(make.s("9"), make.n("10")));
  CHECK_FALSE(compare(make.boolean(true), make.boolean(false)));
}

}  // namespace
}  // namespace fogbank::emulators::dynamodb
