#include "aws/dynamodb_value.h"

#include <doctest/doctest.h>

namespace fogbank::aws {
namespace {

std::string sample() {
  std::string out;
  AttributeWriter writer(out);
  const std::size_t item = writer.begin(AttributeKind::kMap);
  writer.name("pk");
  writer.string("a\"b");
  writer.name("n");
  writer.number("-12.50");
  writer.name("set");
  const std::size_t set = writer.begin(AttributeKind::kStringSet);
  writer.string("x");
  writer.string("y");
  writer.end(set, 2);
  writer.name("list");
  const std::size_t list = writer.begin(AttributeKind::kList);
  writer.boolean(true);
  writer.null();
  writer.binary("\1\2\3");
  writer.end(list, 3);
  writer.end(item, 4);
  return out;
}

}  // namespace

TEST_CASE("an attribute value is walked by name and by index") {
  const std::string bytes = sample();
  const AttributeValue item = AttributeValue::view(bytes);
  CHECK(item.kind() == AttributeKind::kMap);
  CHECK(item.count() == 4);
  CHECK(item.find("pk").text() == "a\"b");
  CHECK(item.find("n").kind() == AttributeKind::kNumber);
  CHECK(item.find("list").element(0).boolean());
  CHECK(item.find("list").element(2).text() == "\1\2\3");
  CHECK_FALSE(item.find("list").element(3).has_value());
  CHECK_FALSE(item.find("none").has_value());
  CHECK(is_well_formed(item));
}

TEST_CASE("an attribute value becomes the wire's JSON") {
  std::string json;
  const std::string bytes = sample();
  append_item_json(AttributeValue::view(bytes), json);
  CHECK(json == R"({"pk":{"S":"a\"b"},"n":{"N":"-12.50"},"set":{"SS":["x","y"]},)"
                R"("list":{"L":[{"BOOL":true},{"NULL":true},{"B":"AQID"}]}})");
}

TEST_CASE("an item's size is counted as the developer guide says") {
  const std::string bytes = sample();
  // pk 2+3, n 1+(2 digits pairs + exponent + sign), set 3+2, list 4+3+(1+1)+(1+1)+(3+1).
  CHECK(item_size_bytes(AttributeValue::view(bytes)) == 5 + 1 + 4 + 5 + 4 + 3 + 8);
}

TEST_CASE("every truncation of an attribute value is refused and read without harm") {
  const std::string bytes = sample();
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    const std::string part = bytes.substr(0, cut);
    const AttributeValue value = AttributeValue::view(part);
    CHECK_FALSE(is_well_formed(value));
    std::string json;
    append_json(value, json);
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    std::string json;
    append_json(AttributeValue::view(damaged), json);
    (void)is_well_formed(AttributeValue::view(damaged));
  }
}

}  // namespace fogbank::aws
