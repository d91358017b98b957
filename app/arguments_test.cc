#include "app/arguments.h"

#include <doctest/doctest.h>

namespace fogbank::app {
namespace {

TEST_CASE("options, flags and words are told apart") {
  const auto args = Arguments::parse({"--state", "/x", "one", "--json", "--config=/y", "--", "--z"},
                                     {"state", "config"}, {"json"});
  REQUIRE(args);
  CHECK(args->value("state") == "/x");
  CHECK(args->value("config") == "/y");
  CHECK(args->has("json"));
  CHECK_FALSE(args->has("other"));
  CHECK(args->words() == std::vector<std::string>{"one", "--z"});
}

TEST_CASE("a command's own options are left alone") {
  const auto args = Arguments::parse({"--state", "/x", "aws", "--json"}, {"state"}, {},
                                     Arguments::Stop::kAtFirstWord);
  REQUIRE(args);
  CHECK(args->words() == std::vector<std::string>{"aws", "--json"});
}

TEST_CASE("unknown options and missing values are errors") {
  CHECK(Arguments::parse({"--stat"}, {"state"}, {}).error().message == "unknown option --stat");
  CHECK(Arguments::parse({"--state"}, {"state"}, {}).error().message ==
        "option --state needs a value");
  CHECK_FALSE(Arguments::parse({"--json=1"}, {}, {"json"}));
}

}  // namespace
}  // namespace fogbank::app
