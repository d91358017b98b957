#include "emulators/route.h"

#include <doctest/doctest.h>

#include "core/metrics.h"

namespace fogbank::emulators {
namespace {

struct RouteFixture {
  core::Metrics metrics;
  Registry registry{metrics};
  core::HttpRequest request;

  Route route(std::string_view host, std::string_view path, std::string_view authorization) {
    request.method = "GET";
    request.authority = host;
    request.path = path;
    request.headers = {{"x-amz-date", "20150830T123600Z"}};
    if (!authorization.empty()) request.headers.push_back({"authorization", authorization});
    return route_by_head(request, registry);
  }
};

constexpr std::string_view kSigned =
    "AWS4-HMAC-SHA256 Credential=AK/20150830/eu-west-1/s3/aws4_request, SignedHeaders=host, "
    "Signature=00";

TEST_CASE("a route's service, region and bucket come from the host, else from the signature") {
  struct Row {
    const char* name;
    const char* host;
    std::string_view authorization;
    const char* service;
    const char* region;
    const char* rest_path;
  };
  const Row rows[] = {
      {"host", "sqs.us-west-2.amazonaws.com", kSigned, "sqs", "us-west-2", ""},
      {"global host, signed", "s3.amazonaws.com", kSigned, "s3", "eu-west-1", ""},
      {"bucket in the host", "a.b.s3.us-west-2.amazonaws.com:443", "", "s3", "us-west-2", "/a.b/k"},
      {"no AWS host, signed", "127.0.0.1:8080", kSigned, "s3", "eu-west-1", ""},
      {"no AWS host", "localhost", "", "s3", "us-east-1", ""},
      {"SigV2", "localhost", "AWS AK:sig", "s3", "us-east-1", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    RouteFixture fixture;
    const Route route = fixture.route(row.host, "/k", row.authorization);
    CHECK(route.service_name == row.service);
    CHECK(route.service != nullptr);
    CHECK(route.region.text() == row.region);
    CHECK(route.rest_path == row.rest_path);
    CHECK_FALSE(route.refusal.has_value());
    CHECK(route.access_key_id == (row.authorization.empty() ? "" : "AK"));
  }
}

TEST_CASE("a service that is not emulated keeps its name and the operation's") {
  RouteFixture fixture;
  fixture.request.query = "Action=ListUsers&Version=2010-05-08";
  const Route iam = fixture.route("iam.amazonaws.com", "/", "");
  CHECK(iam.service_name == "iam");
  CHECK(iam.operation_hint == "ListUsers");
  CHECK(iam.protocol == aws::Protocol::kQuery);
  fixture.request.query = {};
  const Route unknown = fixture.route("brandnew.eu-west-1.amazonaws.com", "/x", "");
  CHECK(unknown.service == nullptr);
  CHECK(unknown.service_name == "brandnew");
  CHECK(unknown.operation_hint == "GET /x");
}

TEST_CASE("an Authorization header that cannot be read is refused in the service's words") {
  RouteFixture fixture;
  const Route s3 = fixture.route("s3.amazonaws.com", "/", "AWS4-HMAC-SHA256 nonsense");
  REQUIRE(s3.refusal.has_value());
  CHECK(s3.refusal->code == "AuthorizationHeaderMalformed");
  const Route dynamodb =
      fixture.route("dynamodb.us-east-1.amazonaws.com", "/", "AWS4-HMAC-SHA256 nonsense");
  REQUIRE(dynamodb.refusal.has_value());
  CHECK(dynamodb.refusal->code == "IncompleteSignatureException");
}

}  // namespace
}  // namespace fogbank::emulators
