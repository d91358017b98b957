#include "aws/names.h"

#include <doctest/doctest.h>

namespace fogbank::aws {
namespace {

TEST_CASE("an account id is twelve digits") {
  CHECK(AccountId::parse("123456789012")->text() == "123456789012");
  CHECK_FALSE(AccountId::parse("12345678901"));
  CHECK_FALSE(AccountId::parse("1234567890123"));
  CHECK_FALSE(AccountId::parse("12345678901a"));
}

TEST_CASE("a region's name tells its partition") {
  struct Row {
    const char* region;
    const char* partition;
  };
  const Row rows[] = {{"us-east-1", "aws"},           {"ap-southeast-7", "aws"},
                      {"us-gov-west-1", "aws-us-gov"}, {"cn-north-1", "aws-cn"},
                      {"us-iso-east-1", "aws-iso"},    {"us-isob-east-1", "aws-iso-b"},
                      {"eu-isoe-west-1", "aws-iso-e"}, {"us-isof-south-1", "aws-iso-f"},
                      {"eusc-de-east-1", "aws-eusc"},  {"mx-central-1", "aws"}};
  for (const auto& row : rows) {
    CAPTURE(row.region);
    const auto region = Region::parse(row.region);
    REQUIRE(region);
    CHECK(region->text() == row.region);
    CHECK(partition_of(*region).name == row.partition);
  }
}

TEST_CASE("what has not the form of a region's name is none") {
  for (const char* text : {"", "us-east", "us-east-", "us-east-1-2", "xx-east-1", "us-gov-1a",
                           "us-EAST-1", "aws-global", "us-east-123"}) {
    CAPTURE(text);
    CHECK_FALSE(Region::parse(text));
  }
}

TEST_CASE("an ARN parses to its parts and back") {
  const auto arn = Arn::parse("arn:aws:sqs:us-east-1:123456789012:my:queue");
  REQUIRE(arn);
  CHECK(arn->service == "sqs");
  CHECK(arn->resource == "my:queue");
  CHECK(arn->text() == "arn:aws:sqs:us-east-1:123456789012:my:queue");
  CHECK(Arn::parse("arn:aws:s3:::bucket/key")->region.empty());
  CHECK_FALSE(Arn::parse("arn:aws:s3:::"));
  CHECK_FALSE(Arn::parse("aws:s3:::x"));
}

}  // namespace
}  // namespace fogbank::aws
