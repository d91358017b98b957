// DynamoDB's expressions: no text does harm to the parser, and what parses can be evaluated and
// carried out on an item, which stays well-formed. The first byte chooses the language.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/dynamodb_value.h"
#include "core/arena.h"
#include "core/check.h"
#include "emulators/dynamodb/expressions/apply.h"
#include "emulators/dynamodb/expressions/evaluate.h"
#include "emulators/dynamodb/expressions/parser.h"
#include "emulators/dynamodb/key_condition.h"
#include "emulators/dynamodb/test_values.h"

namespace {

using namespace fogbank::emulators::dynamodb;
using fogbank::core::check;

struct World {
  testing::Maker make;
  fogbank::aws::Map<fogbank::aws::Text> names = make.names({{"#a", "a"}, {"#b", "b"}});
  Attributes values = make.attributes({{":s", make.s("text")},
                                       {":n", make.n("12")},
                                       {":m", make.n("-0.5")},
                                       {":l", make.list({make.n("1"), make.s("x")})},
                                       {":ss", make.ss({"a", "b"})},
                                       {":o", make.boolean(true)}});
  AttributeValue item = make.map({{"a", make.s("text")},
                                  {"b", make.list({make.n("1"), make.map({{"a", make.n("2")}})})},
                                  {"c", make.map({{"a", make.ss({"a", "c"})}, {"b", make.n("7")}})},
                                  {"d", make.n("12")}});
  Placeholders placeholders{names, values, make.arena};
};

void run_condition(std::string_view text, World& world) {
  auto tree = parse_condition("ConditionExpression", text, world.placeholders, world.make.arena);
  if (!tree) return;
  (void)holds(**tree, world.item, world.make.arena);
  (void)holds(**tree, {}, world.make.arena);
  (void)key_conditions_of(**tree, world.make.arena);
}

void run_update(std::string_view text, World& world) {
  auto tree = parse_update(text, world.placeholders, world.make.arena);
  if (!tree) return;
  auto after = apply_update(*tree, world.item, world.make.arena);
  if (!after) return;
  auto canonical = normalise_item(*after, world.make.arena);
  check(!canonical || canonical->at == after->at, "updates leave values in canonical form");
}

void run_projection(std::string_view text, World& world) {
  auto paths = parse_projection(text, world.placeholders, world.make.arena);
  if (!paths) return;
  const AttributeValue shown = project(*paths, world.item, world.make.arena);
  check(fogbank::aws::is_well_formed(shown), "projections are well-formed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  World world;
  if (data[0] == 'c') run_condition(text, world);
  if (data[0] == 'u') run_update(text, world);
  if (data[0] == 'p') run_projection(text, world);
  return 0;
}
