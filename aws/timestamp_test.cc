#include "aws/timestamp.h"

#include <doctest/doctest.h>

namespace fogbank::aws {

TEST_CASE("a moment is read from each of its forms") {
  struct Row {
    const char* text;
    int64_t ms;
  };
  const Row rows[] = {{"1700000000", 1'700'000'000'000},
                      {"1700000000.123", 1'700'000'000'123},
                      {"1.7E9", 1'700'000'000'000},
                      {"2023-11-14T22:13:20Z", 1'700'000'000'000},
                      {"2023-11-14T22:13:20.123456Z", 1'700'000'000'123},
                      {"2023-11-14T23:13:20+01:00", 1'700'000'000'000},
                      {"20231114T221320Z", -1},
                      {"2024-02-29T00:00:00Z", 1'709'164'800'000},
                      {"2023-02-29T00:00:00Z", -1},
                      {"Tue, 14 Nov 2023 22:13:20 GMT", 1'700'000'000'000},
                      {"Tuesday, 14-Nov-23 22:13:20 GMT", 1'700'000'000'000},
                      {"Tue Nov 14 22:13:20 2023", 1'700'000'000'000},
                      {"1969-12-31T23:59:59Z", -1000},
                      {"soon", -1},
                      {"", -1},
                      {"NaN", -1},
                      {"1e300", -1},
                      {"99999999999999", -1}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto moment = parse_timestamp(row.text);
    CHECK(moment.has_value() == (row.ms != -1));
    if (moment) CHECK(moment->ms == row.ms);
  }
}

TEST_CASE("a moment is written in each of its forms") {
  std::string out;
  append_epoch_seconds({1'700'000'000'120}, out);
  CHECK(out == "1700000000.12");
  out.clear();
  append_iso8601({1'700'000'000'000}, Fraction::kWhenNotZero, out);
  CHECK(out == "2023-11-14T22:13:20Z");
  out.clear();
  append_iso8601({1'700'000'000'000}, Fraction::kAlways, out);
  CHECK(out == "2023-11-14T22:13:20.000Z");
  out.clear();
  append_http_date({1'700'000'000'000}, out);
  CHECK(out == "Tue, 14 Nov 2023 22:13:20 GMT");
}

TEST_CASE("every day from 1900 to 2100 survives writing and reading") {
  for (int64_t day = -25'567; day < 47'482; ++day) {
    std::string out;
    append_http_date({day * 86'400'000}, out);
    const auto moment = parse_http_date(out);
    REQUIRE(moment.has_value());
    REQUIRE(moment->ms == day * 86'400'000);
  }
}

}  // namespace fogbank::aws
