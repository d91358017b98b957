#include "core/text.h"

#include <doctest/doctest.h>

namespace fogbank::core {
namespace {

TEST_CASE("base64 encodes and decodes the RFC 4648 vectors and refuses everything else") {
  struct Row {
    const char* plain;
    const char* coded;
  };
  const Row rows[] = {{"", ""},         {"f", "Zg=="},         {"fo", "Zm8="},
                      {"foo", "Zm9v"},  {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="},
                      {"foobar", "Zm9vYmFy"}};
  for (const auto& row : rows) {
    CAPTURE(row.plain);
    CHECK(to_base64(row.plain) == row.coded);
    CHECK(from_base64(row.coded) == std::string(row.plain));
  }
  for (const char* bad : {"Zg", "Zg=", "Zh==", "Z===", "Zm9v=", "Zm 9v", "Zm9v\n"}) {
    CAPTURE(bad);
    CHECK_FALSE(from_base64(bad).has_value());
  }
}

TEST_CASE("hex decodes both cases and refuses odd lengths and other characters") {
  CHECK(to_hex("\x01\xfe") == "01fe");
  CHECK(from_hex("01Fe") == std::string("\x01\xfe"));
  CHECK_FALSE(from_hex("0").has_value());
  CHECK_FALSE(from_hex("0g").has_value());
}

TEST_CASE("percent coding keeps the unreserved characters only") {
  CHECK(percent_encode("a/b c~\xc3\xa9") == "a%2Fb%20c~%C3%A9");
  CHECK(percent_encode("a/b", Slash::kKeep) == "a/b");
  CHECK(percent_decode("a%2fb+c%zz%4") == "a/b+c%zz%4");
  CHECK(percent_decode("a+b%2B", Plus::kSpace) == "a b+");
  CHECK(percent_decode("%41") == "A");
}

TEST_CASE("numbers parse whole or not at all") {
  CHECK(parse_number<int>("42") == 42);
  CHECK(parse_number<int>("-1") == -1);
  CHECK_FALSE(parse_number<unsigned>("-1").has_value());
  CHECK_FALSE(parse_number<int>("").has_value());
  CHECK_FALSE(parse_number<int>("4 ").has_value());
  CHECK_FALSE(parse_number<uint8_t>("256").has_value());
}

}  // namespace
}  // namespace fogbank::core
