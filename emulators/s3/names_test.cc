#include "emulators/s3/names.h"

#include <doctest/doctest.h>

#include <string>

namespace fogbank::emulators::s3 {
namespace {

TEST_CASE("s3 bucket names: the naming rules, each at its border") {
  struct Row {
    const char* name;
    std::string bucket;
    bool is_valid;
  };
  const Row rows[] = {
      {"two characters", "ab", false},
      {"three characters", "abc", true},
      {"63 characters", std::string(63, 'a'), true},
      {"64 characters", std::string(64, 'a'), false},
      {"dots and hyphens", "my.bucket-1.x", true},
      {"digits only", "12345", true},
      {"upper case", "Bucket", false},
      {"underscore", "my_bucket", false},
      {"leading hyphen", "-bucket", false},
      {"trailing hyphen", "bucket-", false},
      {"leading dot", ".bucket", false},
      {"trailing dot", "bucket.", false},
      {"two dots in a row", "my..bucket", false},
      {"hyphen beside dot", "my-.bucket", true},
      {"address", "192.168.5.4", false},
      {"three numbers", "192.168.5", true},
      {"five numbers", "1.2.3.4.5", true},
      {"four groups, one no number", "1.2.3.x4", true},
      {"punycode", "xn--bucket", false},
      {"sthree", "sthree-bucket", false},
      {"demo", "amzn-s3-demo-bucket", false},
      {"access point alias", "my-s3alias", false},
      {"object lambda alias", "my--ol-s3", false},
      {"multi-region access point", "my.mrap", false},
      {"directory bucket", "my--usw2-az1--x-s3", false},
      {"table bucket", "my--table-s3", false},
      {"empty", "", false},
      {"UTF-8",
       "b\xc3\xbc"
       "cket",
       false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(is_bucket_name(row.bucket) == row.is_valid);
  }
}

}  // namespace
}  // namespace fogbank::emulators::s3
