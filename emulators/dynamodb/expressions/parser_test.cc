#include "emulators/dynamodb/expressions/parser.h"

#include <doctest/doctest.h>

#include "emulators/dynamodb/limits.h"
#include "emulators/dynamodb/test_values.h"

namespace fogbank::emulators::dynamodb {
namespace {

using testing::Maker;

// Placeholders that the rows below may use.
struct Given {
  Maker make;
  aws::Map<aws::Text> names = make.names({{"#a", "a"}, {"#b", "b"}, {"#i", "[3]"}, {"#r", "size"}});
  Attributes values = make.attributes({{":s", make.s("x")},
                                       {":t", make.s("y")},
                                       {":n", make.n("1")},
                                       {":m", make.n("2")},
                                       {":l", make.list({})},
                                       {":o", make.boolean(true)},
                                       {":ss", make.ss({"a"})},
                                       {":type", make.s("SS")}});
  Placeholders placeholders{names, values, make.arena};
};

std::string condition_error(std::string_view expression) {
  Given given;
  const auto tree =
      parse_condition("ConditionExpression", expression, given.placeholders, given.make.arena);
  return tree ? "" : tree.error().message;
}
std::string update_error(std::string_view expression) {
  Given given;
  const auto tree = parse_update(expression, given.placeholders, given.make.arena);
  return tree ? "" : tree.error().message;
}
std::string projection_error(std::string_view expression) {
  Given given;
  const auto tree = parse_projection(expression, given.placeholders, given.make.arena);
  return tree ? "" : tree.error().message;
}

struct Row {
  std::string expression;
  std::string error;
};

std::string syntax(const std::string& token, const std::string& near) {
  return "Syntax error; token: \"" + token + "\", near: \"" + near + "\"";
}

TEST_CASE("dynamodb condition expressions are parsed or refused as AWS does") {
  const std::string type = "Incorrect operand type for operator or function; ";
  const std::string count = "Incorrect number of operands for operator or function; ";
  const std::string misused =
      "The function is not allowed to be used this way in an expression; function: ";
  const Row rows[] = {
      {"a = :s", ""},
      {"a.b[1].#a = :s AND NOT (attribute_exists(c) OR d <> e)", ""},
      {"not a = :s and b in (:s,:t) or c between :n and :m", ""},
      {"(a) = (:s)", ""},
      {"size(a) > :n", ""},
      {"a < size(b)", ""},
      {"attribute_type(a, :type)", ""},
      {"", "The expression can not be empty;"},
      {"  \t\n", "The expression can not be empty;"},
      {"a", syntax("<EOF>", "a")},
      {"a =", syntax("<EOF>", "=")},
      {"a = = :s", syntax("=", "= = :s")},
      {"a b", syntax("b", "a b")},
      {"!!!", syntax("!", "!!")},
      {"_a = :s", syntax("_", "_a")},
      {"a = :s)", syntax(")", ":s)")},
      {"(a = :s", syntax("<EOF>", ":s")},
      {"(a = :s) = :n", syntax("=", ") = :n")},
      {"a AND b = :s", syntax("AND", "a AND b")},
      {"a[x] = :s", syntax("x", "[x]")},
      {"a[-1] = :s", syntax("-", "[-1")},
      {"a = :s OR", syntax("<EOF>", "OR")},
      {"\xc3\xa4 = :s", syntax("\xc3\xa4", "\xc3\xa4 =")},
      {"((a = :s))", "The expression has redundant parentheses;"},
      {"((a)) = :s", "The expression has redundant parentheses;"},
      {"(a = :s) AND (b = :t)", ""},
      {"foo(a)", "Invalid function name; function: foo"},
      {"ATTRIBUTE_EXISTS(a)", "Invalid function name; function: ATTRIBUTE_EXISTS"},
      {"if_not_exists(a, :s)",
       "The function is not allowed in a condition expression; function: if_not_exists"},
      {"size(a)", misused + "size"},
      {"size(a) AND b = :s", misused + "size"},
      {"a = attribute_exists(b)", misused + "attribute_exists"},
      {"size = :s", "Attribute name is a reserved keyword; reserved keyword: size"},
      {"a.Name = :s", "Attribute name is a reserved keyword; reserved keyword: Name"},
      {"#r = :s", ""},
      {"#x = :s",
       "An expression attribute name used in the document path is not defined; attribute name: #x"},
      {"a = :x",
       "An expression attribute value used in expression is not defined; attribute value: :x"},
      {"attribute_exists(a, b)",
       count + "operator or function: attribute_exists, number of operands: 2"},
      {"contains(a)", count + "operator or function: contains, number of operands: 1"},
      {"attribute_exists(:s)",
       "Operator or function requires a document path; operator or function: attribute_exists"},
      {"begins_with(a, :n)", type + "operator or function: begins_with, operand type: N"},
      {"size(:n) > :m", type + "operator or function: size, operand type: N"},
      {"attribute_type(a, :n)", type + "operator or function: attribute_type, operand type: N"},
      {"attribute_type(a, :s)",
       "Invalid attribute type name found; type: x, valid types: "
       "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
      {"a < :o", type + "operator: <, operand type: BOOL"},
      {"a BETWEEN :l AND :l", type + "operator: BETWEEN, operand type: L"},
      {"a BETWEEN :n AND :s",
       "The BETWEEN operator requires same data type for lower and upper bounds; lower bound "
       "operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:x}"},
      {"a BETWEEN :m AND :n",
       "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
       "lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}"},
      {"a = #a",
       "The first operand must be distinct from the remaining operands for this operator "
       "or function; operator: =, first operand: [a]"},
      {"contains(a.b[1], a.b[1])",
       "The first operand must be distinct from the remaining operands for this operator or "
       "function; operator: contains, first operand: [a, b, [1]]"},
      {"a[99999999999] = :s", "List index is not within the allowable range; index: [99999999999]"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.expression);
    const std::string expected =
        row.error.empty() ? "" : "Invalid ConditionExpression: " + row.error;
    CHECK(condition_error(row.expression) == expected);
  }
}

TEST_CASE("dynamodb update expressions are parsed or refused as AWS does") {
  const std::string type = "Incorrect operand type for operator or function; ";
  const std::string overlap =
      "Two document paths overlap with each other; must remove or rewrite one of these paths; ";
  const Row rows[] = {
      {"SET a = :s", ""},
      {"set a = b + :n, c = (:n - d), e = if_not_exists(e, :n) + :m", ""},
      {"SET a = list_append(list_append(a, :l), :l) REMOVE b, c[1] ADD d :n DELETE e :ss", ""},
      {"SET a = (b) + (:n)", ""},
      {"SET", syntax("<EOF>", "SET")},
      {"FOO a", syntax("FOO", "FOO a")},
      {"SET a = :n +", syntax("<EOF>", "+")},
      {"SET a = b / :n", syntax("/", "b / :n")},
      {"SET a = :n + :n + :n", syntax("+", ":n + :n")},
      {"SET a = :s,", syntax("<EOF>", ",")},
      {"SET #a = :n, #b = :m,", syntax("<EOF>", ",")},
      {"ADD a 5", syntax("5", "a 5")},
      {"ADD a b", syntax("b", "a b")},
      {"SET a = :s SET b = :s",
       "The \"SET\" section can only be used once in an update expression;"},
      {"SET a = :s REMOVE a", overlap + "path one: [a], path two: [a]"},
      {"SET a.b = :s REMOVE a", overlap + "path one: [a, b], path two: [a]"},
      {"SET a[0] = :s, b = :n, a[0].c = :s", overlap + "path one: [a, [0]], path two: [a, [0], c]"},
      {"SET a.b = :s, a[1] = :s",
       "Two document paths conflict with each other; must remove or rewrite one of these paths; "
       "path one: [a, b], path two: [a, [1]]"},
      {"SET a = foo(b)", "Invalid function name; function: foo"},
      {"SET a = size(b)", "The function is not allowed in an update expression; function: size"},
      {"SET a = if_not_exists(:s, :s)",
       "Operator or function requires a document path; operator or function: if_not_exists"},
      {"SET a = :s + :n", type + "operator or function: +, operand type: S"},
      {"SET a = list_append(:s, :l)", type + "operator or function: list_append, operand type: S"},
      {"ADD a :s", type + "operator: ADD, operand type: STRING"},
      {"ADD a :l", type + "operator: ADD, operand type: LIST"},
      {"DELETE a :n", type + "operator: DELETE, operand type: NUMBER"},
      {"SET data = :s", "Attribute name is a reserved keyword; reserved keyword: data"},
      {"SET #x = :s",
       "An expression attribute name used in the document path is not defined; attribute name: #x"},
      {"SET a = :x",
       "An expression attribute value used in expression is not defined; attribute value: :x"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.expression);
    const std::string expected = row.error.empty() ? "" : "Invalid UpdateExpression: " + row.error;
    CHECK(update_error(row.expression) == expected);
  }
}

TEST_CASE("dynamodb projection expressions are parsed or refused as AWS does") {
  const std::string overlap =
      "Two document paths overlap with each other; must remove or rewrite one of these paths; ";
  const Row rows[] = {
      {"a, b.c[1], #a1",
       "An expression attribute name used in the document path is not defined; "
       "attribute name: #a1"},
      {"b[1], b[2], a.#i", ""},
      {"a,", syntax("<EOF>", ",")},
      {"a b", syntax("b", "a b")},
      {":s", syntax(":s", ":s")},
      {"b[1], b.a, #a.b, a", overlap + "path one: [a, b], path two: [a]"},
      {"a, #a[1]", overlap + "path one: [a], path two: [a, [1]]"},
      {"a.b, #a[1], #b",
       "Two document paths conflict with each other; must remove or rewrite one of these paths; "
       "path one: [a, b], path two: [a, [1]]"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.expression);
    const std::string expected =
        row.error.empty() ? "" : "Invalid ProjectionExpression: " + row.error;
    CHECK(projection_error(row.expression) == expected);
  }
}

TEST_CASE("dynamodb expressions have limits on bytes, operators, operands, depth and nesting") {
  const auto name_of = [](std::size_t bytes) { return std::string(bytes, 'q'); };
  CHECK(condition_error(name_of(kExpressionBytesMax - 5) + " = :s") == "");
  CHECK(condition_error(name_of(kExpressionBytesMax - 4) + " = :s") ==
        "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; "
        "expression size: 4097");

  const auto conjunction = [](std::size_t comparisons) {
    std::string out = "a=:s";
    for (std::size_t i = 1; i < comparisons; ++i) out += " AND a=:s";
    return out;
  };
  CHECK(condition_error(conjunction(150)) == "");
  CHECK(condition_error(conjunction(151)) != "");

  const auto in_list = [](std::size_t operands) {
    std::string out = "a IN (:s";
    for (std::size_t i = 1; i < operands; ++i) out += ",:s";
    return out + ")";
  };
  CHECK(condition_error(in_list(100)) == "");
  CHECK(condition_error(in_list(101)) ==
        "Invalid ConditionExpression: The IN operator is provided with too many operands; number "
        "of operands: 101");

  const auto path = [](std::size_t steps) {
    std::string out = "a";
    for (std::size_t i = 1; i < steps; ++i) out += "[0]";
    return out;
  };
  CHECK(projection_error(path(32)) == "");
  CHECK(projection_error(path(33)) ==
        "Invalid ProjectionExpression: The document path has too many nesting elements; nesting "
        "elements: 33");

  const std::string deep(2000, '(');
  CHECK(condition_error(deep + "a=:s").find("nested too deeply") != std::string::npos);
  CHECK(update_error("SET a = " + deep).find("nested too deeply") != std::string::npos);
}

TEST_CASE("dynamodb placeholders that are malformed, empty or unused are refused") {
  Maker make;
  const auto check = [&](const aws::Map<aws::Text>& names, const Attributes& values,
                         std::string_view expression) -> std::string {
    Placeholders placeholders(names, values, make.arena);
    if (const auto legal = placeholders.check(); !legal) return legal.error().message;
    const auto tree = parse_condition("FilterExpression", expression, placeholders, make.arena);
    if (!tree) return tree.error().message;
    const auto used = placeholders.check_all_used();
    return used ? "" : used.error().message;
  };
  const auto value = make.attributes({{":v", make.s("x")}});
  CHECK(check(make.names({{"#a", "x"}}), value, "#a = :v") == "");
  CHECK(check(make.names({{"#a", "x"}, {"#u", "y"}, {"#w", "z"}}), value, "#a = :v") ==
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#u, #w}");
  CHECK(check({}, make.attributes({{":v", make.s("x")}, {":u", make.s("x")}}), "a = :v") ==
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:u}");
  CHECK(check(aws::Map<aws::Text>::make(make.arena), value, "a = :v") ==
        "ExpressionAttributeNames must not be empty");
  CHECK(check({}, make.attributes({}), "a = :v") == "ExpressionAttributeValues must not be empty");
  CHECK(check(make.names({{"a", "x"}}), value, "a = :v") ==
        "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"");
  CHECK(check({}, make.attributes({{":", make.s("x")}}), "a = :v") ==
        "ExpressionAttributeValues contains invalid key: Syntax error; key: \":\"");
  CHECK(check({}, make.attributes({{":v", make.n("x")}}), "a = :v") ==
        "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a "
        "numeric value: x for key :v");
}

}  // namespace
}  // namespace fogbank::emulators::dynamodb
