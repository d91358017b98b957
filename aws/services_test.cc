#include "aws/services.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace fogbank::aws {
namespace {

TEST_CASE("a service is found by each of its names") {
  const ServiceEntry* states = service_named("stepfunctions");
  REQUIRE(states != nullptr);
  CHECK(states->endpoint_prefix == "states");
  CHECK(states->target_prefix == "AWSStepFunctions");
  CHECK(states->speaks(WireProtocol::kJson));
  CHECK_FALSE(states->speaks(WireProtocol::kQuery));
  CHECK(service_of_target("AWSStepFunctions") == states);
  CHECK(service_of_signing_name("states") == states);
  CHECK(&services_of_prefix("states").front().service() == states);
  CHECK(&services_of_prefix("sync-states").front().service() == states);
  CHECK(service_named("no-such") == nullptr);
  CHECK(services_of_prefix("no-such").empty());
  CHECK(service_of_signing_name("no-such") == nullptr);
  CHECK(service_of_target("") == nullptr);
}

TEST_CASE("of services that share a name the host's is taken") {
  CHECK(service_of_signing_name("dynamodb")->name == "dynamodb");
  CHECK(service_of_signing_name("dynamodb", services_of_prefix("streams.dynamodb"))->name ==
        "dynamodbstreams");
  CHECK(service_of_target("Timestream_20181101") == nullptr);
  CHECK(service_of_target("Timestream_20181101", services_of_prefix("ingest.timestream"))->name ==
        "timestream-write");
  CHECK(services_of_prefix("rds").size() == 3);
  CHECK(services_of_prefix("rds").front().service().name == "rds");
  CHECK(service_of_signing_name("iotsecuredtunneling")->name == "iotsecuretunneling");
}

TEST_CASE("VIPs have the numbers that people know and lead back to their service") {
  struct Row {
    const char* service;
    const char* v4;
    const char* v6;
  };
  const Row rows[] = {{"dynamodb", "198.18.45.69", "fdf0:6ba0:4500::45:69"},
                      {"s3", "198.18.45.72", "fdf0:6ba0:4500::45:72"},
                      {"lambda", "198.18.45.74", "fdf0:6ba0:4500::45:74"},
                      {"sqs", "198.18.45.76", "fdf0:6ba0:4500::45:76"},
                      {"kms", "198.18.45.99", "fdf0:6ba0:4500::45:99"},
                      {"sts", "198.18.45.92", "fdf0:6ba0:4500::45:92"},
                      {"account", "198.18.46.1", "fdf0:6ba0:4500::46:1"},
                      {"waf", "198.18.46.117", "fdf0:6ba0:4500::46:117"}};
  const VipPool pool;
  for (const Row& row : rows) {
    CAPTURE(row.service);
    const ServiceEntry* service = service_named(row.service);
    REQUIRE(service != nullptr);
    const Vip vip = pool.vip(service->vip);
    CHECK(vip.v4.text() == row.v4);
    CHECK(vip.v6.text() == row.v6);
    CHECK(pool.number_of(vip.v4) == service->vip);
    CHECK(pool.number_of(vip.v6) == service->vip);
    CHECK(service_of_vip(service->vip) == service);
  }
}

TEST_CASE("every VIP number has an address of both families and a host for its leaf") {
  const VipPool pool;
  const auto numbers = vip_numbers();
  CHECK(std::is_sorted(numbers.begin(), numbers.end()));
  CHECK(std::count(numbers.begin(), numbers.end(), kOtherNamesVip) == 1);
  CHECK(std::count(numbers.begin(), numbers.end(), kResolverVip) == 1);
  for (const VipNumber number : numbers) {
    CAPTURE(number);
    CHECK(pool.number_of(pool.vip(number).v4) == number);
    CHECK(pool.number_of(pool.vip(number).v6) == number);
    CHECK_FALSE(canonical_host(number).empty());
  }
  CHECK(canonical_host(service_named("sqs")->vip) == "sqs.us-east-1.amazonaws.com");
  CHECK(service_of_vip(kOtherNamesVip) == nullptr);
}

TEST_CASE("a pool is an aligned network of each family") {
  const auto pool = VipPool::parse("10.77.0.0", "fd12:3456:789a:1::");
  REQUIRE(pool.has_value());
  CHECK(pool->vip(kResolverVip).v4.text() == "10.77.45.53");
  CHECK(pool->vip(kResolverVip).v6.text() == "fd12:3456:789a:1::45:53");
  const auto address = [](const char* text) { return *core::IpAddress::parse(text); };
  CHECK_FALSE(pool->number_of(address("10.78.0.1")));
  CHECK_FALSE(pool->number_of(address("10.76.255.255")));
  CHECK_FALSE(pool->number_of(address("fd12:3456:789a:1::4f:1")));
  CHECK_FALSE(pool->number_of(address("fd12:3456:789a:1::45:299")));
  CHECK_FALSE(pool->number_of(address("fd12:3456:789a:2::45:1")));
  CHECK_FALSE(VipPool::parse("10.77.1.0", "fd00::"));
  CHECK_FALSE(VipPool::parse("10.77.0.0", "fd00::1"));
  CHECK_FALSE(VipPool::parse("fd00::", "10.77.0.0"));
}

}  // namespace
}  // namespace fogbank::aws
