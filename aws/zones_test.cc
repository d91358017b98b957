#include "aws/zones.h"

#include <doctest/doctest.h>

#include <string>

namespace fogbank::aws {
namespace {

TEST_CASE("every name below a captured zone is captured, in any case, and the zone itself too") {
  for (const std::string_view zone : capture_zones()) {
    CAPTURE(zone);
    CHECK(is_captured(zone));
    CHECK(is_captured(std::string("a.B.") + std::string(zone) + "."));
    CHECK(captured_zone(std::string("x.") + std::string(zone)) == zone);
    CHECK_FALSE(is_captured(std::string("x") + std::string(zone)));
  }
  CHECK(captured_zone("S3.AmazonAWS.com.") == "AmazonAWS.com");
}

TEST_CASE("of zones inside each other the captured one is the outer, the grammar's the inner") {
  CHECK(captured_zone("sqs.us-east-1.api.aws") == "aws");
  REQUIRE(zone_of("sqs.us-east-1.api.aws") != nullptr);
  CHECK(zone_of("sqs.us-east-1.api.aws")->suffix == "api.aws");
  CHECK(zone_of("repost.aws")->kind == ZoneKind::kOther);
  CHECK(zone_of("public.ecr.aws")->service == "ecr-public");
}

TEST_CASE("Route 53's name servers are captured by pattern") {
  CHECK(captured_zone("ns-1.awsdns-07.co.uk") == "awsdns-07.co.uk");
  CHECK(captured_zone("awsdns-63.net.") == "awsdns-63.net");
  for (const char* name : {"awsdns-7.net", "awsdns-007.net", "awsdns-0x.org", "awsdns-07.io",
                           "awsdns-07", "xawsdns-07.net", "com", "co.uk"}) {
    CAPTURE(name);
    CHECK_FALSE(is_captured(name));
    CHECK(captured_zone(name).empty());
  }
}

TEST_CASE("names of others are not captured") {
  for (const char* name : {"", ".", "example.com", "amazon.com", "www.amazon.com", "internal",
                           "amazonaws.com.example.org", "com.cn", "xaws", "aws.example"}) {
    CAPTURE(name);
    CHECK_FALSE(is_captured(name));
  }
}

}  // namespace
}  // namespace fogbank::aws
