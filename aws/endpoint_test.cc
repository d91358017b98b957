#include "aws/endpoint.h"

#include <doctest/doctest.h>

#include <string>

#include "aws/zones.h"

namespace fogbank::aws {
namespace {

bool names_service(const Endpoint& endpoint, std::string_view service) {
  for (const HostPrefix& candidate : endpoint.candidates()) {
    if (candidate.service().name == service) return true;
  }
  return false;
}

TEST_CASE("API hosts name partition, region and service") {
  struct Row {
    const char* host;
    const char* partition;
    const char* region;
    const char* service;
  };
  const Row rows[] = {
      {"sqs.eu-west-1.amazonaws.com", "aws", "eu-west-1", "sqs"},
      {"Shield.us-east-1.amazonaws.com.", "aws", "us-east-1", "shield"},
      {"api.ecr.ap-southeast-7.amazonaws.com:443", "aws", "ap-southeast-7", "ecr"},
      {"states.us-gov-west-1.amazonaws.com", "aws-us-gov", "us-gov-west-1", "stepfunctions"},
      {"iam.us-gov.amazonaws.com", "aws-us-gov", "us-gov-west-1", "iam"},
      {"iam.cn-north-1.amazonaws.com.cn", "aws-cn", "cn-north-1", "iam"},
      {"sts.us-isob-east-1.sc2s.sgov.gov", "aws-iso-b", "us-isob-east-1", "sts"},
      {"kms.eu-isoe-west-1.cloud.adc-e.uk", "aws-iso-e", "eu-isoe-west-1", "kms"},
      {"kms.us-isof-south-1.api.aws.hci.ic.gov", "aws-iso-f", "us-isof-south-1", "kms"},
      {"lambda.eusc-de-east-1.amazonaws.eu", "aws-eusc", "eusc-de-east-1", "lambda"},
      {"sqs.cn-north-1.api.amazonwebservices.com.cn", "aws-cn", "cn-north-1", "sqs"},
      {"budgets.global.csp.hci.ic.gov", "aws-iso-f", "us-isof-south-1", "budgets"},
      {"global.health.amazonaws.com", "aws", "us-east-1", "health"},
      {"routes.geo.us-gov-west-1.us-gov.api.aws", "aws-us-gov", "us-gov-west-1", "geo-routes"},
      {"datazone.eu-north-1.api.aws", "aws", "eu-north-1", "datazone"},
      {"codecatalyst.global.api.aws", "aws", "us-east-1", "codecatalyst"},
      {"data-ats.iot.us-east-2.amazonaws.com", "aws", "us-east-2", "iot-data"},
      {"sync-states.us-east-2.amazonaws.com", "aws", "us-east-2", "stepfunctions"},
      {"api.iotsitewise.us-east-2.amazonaws.com", "aws", "us-east-2", "iotsitewise"},
      {"sqs.aws-global.amazonaws.com", "aws", "us-east-1", "sqs"},
      {"aos.us-west-2.on.aws", "aws", "us-west-2", "opensearch"},
      {"qldb.us-west-2.amazonaws.com", "aws", "us-west-2", "qldb"},
      // Legacy spellings.
      {"queue.amazonaws.com", "aws", "us-east-1", "sqs"},
      {"eu-west-1.queue.amazonaws.com", "aws", "eu-west-1", "sqs"},
      {"cn-north-1.queue.amazonaws.com.cn", "aws-cn", "cn-north-1", "sqs"},
      {"us-west-2.elasticmapreduce.amazonaws.com", "aws", "us-west-2", "emr"},
      {"sdb.amazonaws.com", "aws", "us-east-1", "sdb"},
      {"sts.amazonaws.com", "aws", "us-east-1", "sts"},
      {"monitoring.amazonaws.com", "aws", "us-east-1", "cloudwatch"},
      {"mturk-requester-sandbox.us-east-1.amazonaws.com", "aws", "us-east-1", "mturk"},
      {"service.chime.aws.amazon.com", "aws", "us-east-1", "chime"},
      {"us-east-2.signin.aws.amazon.com", "aws", "us-east-2", "signin"},
      {"us-east-1.quicksight.aws.amazon.com", "aws", "us-east-1", "quicksight"},
      {"autoscaling.us-east-1.amazonaws.com", "aws", "us-east-1", "application-autoscaling"},
      {"s3-outposts.us-west-2.amazonaws.com", "aws", "us-west-2", "s3outposts"},
      {"s3tables.us-west-2.amazonaws.com", "aws", "us-west-2", "s3tables"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.host);
    const auto endpoint = parse_host(row.host);
    REQUIRE(endpoint.has_value());
    CHECK(endpoint->kind() == HostKind::kApi);
    CHECK(endpoint->partition().name == row.partition);
    CHECK(endpoint->region().text() == row.region);
    CHECK(names_service(*endpoint, row.service));
    CHECK(endpoint->resource() == "");
  }
}

TEST_CASE("every service's host parses in every partition, region form and variant") {
  struct Place {
    std::string_view partition, region, suffix;
    bool is_dual_stack;
  };
  const Place places[] = {
      {"aws", "us-east-1", "amazonaws.com", false},
      {"aws", "ap-northeast-3", "api.aws", true},
      {"aws-us-gov", "us-gov-east-1", "amazonaws.com", false},
      {"aws-us-gov", "us-gov-west-1", "api.aws", true},
      {"aws-cn", "cn-northwest-1", "amazonaws.com.cn", false},
      {"aws-eusc", "eusc-de-east-1", "api.amazonwebservices.eu", true},
      {"aws-iso", "us-iso-west-1", "c2s.ic.gov", false},
      {"aws-iso-b", "us-isob-east-1", "api.aws.scloud", true},
  };
  int hosts = 0;
  for (const ServiceEntry& service : services()) {
    if (service.endpoint_prefix == "s3" || service.endpoint_prefix == "execute-api") continue;
    for (const Place& place : places) {
      for (const std::string_view fips : {"", "-fips"}) {
        std::string host(service.endpoint_prefix);
        host.append(fips).append(".").append(place.region).append(".").append(place.suffix);
        CAPTURE(host);
        const auto endpoint = parse_host(host);
        REQUIRE(endpoint.has_value());
        CHECK(names_service(*endpoint, service.name));
        CHECK(endpoint->partition().name == place.partition);
        CHECK(endpoint->region().text() == place.region);
        CHECK(endpoint->region_source() == RegionSource::kHost);
        CHECK(endpoint->is_fips() == !fips.empty());
        CHECK(endpoint->is_dual_stack() == place.is_dual_stack);
        CHECK(endpoint->vip() == service.vip);
        ++hosts;
      }
    }
    const auto default_host = parse_host(service.host);
    REQUIRE(default_host.has_value());
    CHECK(names_service(*default_host, service.name));
  }
  CHECK(hosts > 7000);
}

TEST_CASE("S3 hosts say how the bucket is named") {
  struct Row {
    const char* host;
    S3Form form;
    const char* resource;
    const char* region;
    const char* account;
  };
  const Row rows[] = {
      {"s3.amazonaws.com", S3Form::kPath, "", "us-east-1", ""},
      {"s3.eu-west-1.amazonaws.com", S3Form::kPath, "", "eu-west-1", ""},
      {"b.s3.amazonaws.com", S3Form::kVirtualHost, "b", "us-east-1", ""},
      {"my.dotted.b.s3.eu-west-1.amazonaws.com", S3Form::kVirtualHost, "my.dotted.b", "eu-west-1",
       ""},
      {"us-west-2.s3.amazonaws.com", S3Form::kVirtualHost, "us-west-2", "us-east-1", ""},
      {"a.us-west-2.s3.eu-west-1.amazonaws.com", S3Form::kVirtualHost, "a.us-west-2", "eu-west-1",
       ""},
      {"s3.s3.us-west-2.amazonaws.com", S3Form::kVirtualHost, "s3", "us-west-2", ""},
      {"dualstack.s3.us-west-2.amazonaws.com", S3Form::kVirtualHost, "dualstack", "us-west-2", ""},
      {"b.s3-fips.dualstack.us-west-2.amazonaws.com", S3Form::kVirtualHost, "b", "us-west-2", ""},
      {"s3-sa-east-1.amazonaws.com", S3Form::kPath, "", "sa-east-1", ""},
      {"b.c.s3-us-west-2.amazonaws.com", S3Form::kVirtualHost, "b.c", "us-west-2", ""},
      {"s3-fips-us-gov-west-1.amazonaws.com", S3Form::kPath, "", "us-gov-west-1", ""},
      {"s3-external-1.amazonaws.com", S3Form::kPath, "", "us-east-1", ""},
      {"b.s3-accelerate.amazonaws.com", S3Form::kAccelerate, "b", "us-east-1", ""},
      {"b.s3-accelerate.dualstack.amazonaws.com", S3Form::kAccelerate, "b", "us-east-1", ""},
      {"ap-one-123456789012.s3-accesspoint.us-west-2.amazonaws.com", S3Form::kAccessPoint, "ap-one",
       "us-west-2", "123456789012"},
      {"m1.mrap.accesspoint.s3-global.amazonaws.com", S3Form::kMultiRegion, "m1.mrap", "us-east-1",
       ""},
      {"ol-123456789012.s3-object-lambda.us-west-2.amazonaws.com", S3Form::kObjectLambda, "ol",
       "us-west-2", "123456789012"},
      {"ap-123456789012.op-0123.s3-outposts.us-west-2.amazonaws.com", S3Form::kOutposts,
       "ap-123456789012.op-0123", "us-west-2", "123456789012"},
      {"b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", S3Form::kExpress,
       "b--use1-az4--x-s3", "us-east-1", ""},
      {"b--use1-az4--x-s3.s3express-fips-use1-az4.dualstack.us-east-1.amazonaws.com",
       S3Form::kExpress, "b--use1-az4--x-s3", "us-east-1", ""},
      {"s3express-control.us-east-1.amazonaws.com", S3Form::kExpressControl, "", "us-east-1", ""},
      {"b.s3-website-us-west-2.amazonaws.com", S3Form::kWebsite, "b", "us-west-2", ""},
      {"www.b.s3-website.eu-central-1.amazonaws.com", S3Form::kWebsite, "www.b", "eu-central-1",
       ""},
      {"b.bucket.vpce-1a2b-3c.s3.us-west-2.vpce.amazonaws.com", S3Form::kVirtualHost, "b",
       "us-west-2", ""},
      {"bucket.vpce-1a2b-3c.s3.us-west-2.vpce.amazonaws.com", S3Form::kPath, "", "us-west-2", ""},
      {"ap-123456789012.accesspoint.vpce-1a2b.s3.us-west-2.vpce.amazonaws.com",
       S3Form::kAccessPoint, "ap", "us-west-2", "123456789012"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.host);
    const auto endpoint = parse_host(row.host);
    REQUIRE(endpoint.has_value());
    CHECK(endpoint->kind() == HostKind::kS3);
    CHECK(endpoint->s3_form() == row.form);
    CHECK(endpoint->resource() == row.resource);
    CHECK(endpoint->region().text() == row.region);
    CHECK((endpoint->account() ? endpoint->account()->text() : "") == row.account);
    CHECK(names_service(*endpoint, "s3"));
    CHECK(endpoint->is_dual_stack() ==
          (std::string_view(row.host).find(".dualstack.") != std::string_view::npos));
    CHECK(endpoint->is_fips() == (std::string_view(row.host).find("-fips") != std::string::npos));
  }
}

TEST_CASE("S3 Control takes the account from the host") {
  const auto endpoint =
      parse_host("123456789012.s3-control-fips.dualstack.us-west-2.amazonaws.com");
  REQUIRE(endpoint.has_value());
  CHECK(names_service(*endpoint, "s3control"));
  CHECK(endpoint->account()->text() == "123456789012");
  CHECK(endpoint->is_fips());
  CHECK(endpoint->is_dual_stack());
}

TEST_CASE("hosts of resources name service and resource") {
  struct Row {
    const char* host;
    const char* service;
    const char* resource;
    const char* region;
  };
  const Row rows[] = {
      {"abc123.execute-api.eu-west-1.amazonaws.com", "apigatewaymanagementapi", "abc123",
       "eu-west-1"},
      {"abcd.lambda-url.us-east-2.on.aws", "lambda", "abcd", "us-east-2"},
      {"internal-lb-123.us-west-2.elb.amazonaws.com", "elbv2", "internal-lb-123", "us-west-2"},
      {"dualstack.lb-123.us-west-2.elb.amazonaws.com", "elbv2", "lb-123", "us-west-2"},
      {"nlb-0123456789abcdef.elb.us-west-2.amazonaws.com", "elbv2", "nlb-0123456789abcdef",
       "us-west-2"},
      {"lb-123.cn-north-1.elb.amazonaws.com.cn", "elbv2", "lb-123", "cn-north-1"},
      {"db.c9akciq32.eu-west-1.rds.amazonaws.com", "rds", "db.c9akciq32", "eu-west-1"},
      {"db.c9akciq32.rds.cn-north-1.amazonaws.com.cn", "rds", "db.c9akciq32", "cn-north-1"},
      {"d.cluster-ro-abc.us-east-1.docdb.amazonaws.com", "docdb", "d.cluster-ro-abc", "us-east-1"},
      {"c.abc.us-east-1.redshift.amazonaws.com", "redshift", "c.abc", "us-east-1"},
      {"c.abc.0001.use1.cache.amazonaws.com", "elasticache", "c.abc.0001", "us-east-1"},
      {"master.c.abc.apne1.cache.amazonaws.com", "elasticache", "master.c.abc", "ap-northeast-1"},
      {"search-d-abc.us-west-2.es.amazonaws.com", "es", "search-d-abc", "us-west-2"},
      {"search-d-abc.us-west-2.cloudsearch.amazonaws.com", "cloudsearchdomain", "search-d-abc",
       "us-west-2"},
      {"123456789012.dkr.ecr-fips.us-west-2.amazonaws.com", "ecr", "", "us-west-2"},
      {"123456789012.dkr-ecr.us-west-2.on.aws", "ecr", "", "us-west-2"},
      {"public.ecr.aws", "ecr-public", "public", "us-east-1"},
      {"0123.gr7.us-west-2.eks.amazonaws.com", "eks", "0123.gr7", "us-west-2"},
      {"pool.auth-fips.us-west-2.amazoncognito.com", "cognito-idp", "pool", "us-west-2"},
      {"abc-ats.iot.us-west-2.amazonaws.com", "iot-data", "abc-ats", "us-west-2"},
      {"d111.cloudfront.net", "cloudfront", "d111", "us-east-1"},
      {"env.abc.us-west-2.elasticbeanstalk.com", "elasticbeanstalk", "env.abc", "us-west-2"},
      {"ec2-1-2-3-4.compute-1.amazonaws.com", "ec2", "ec2-1-2-3-4", "us-east-1"},
      {"ec2-1-2-3-4.eu-west-1.compute.amazonaws.com", "ec2", "ec2-1-2-3-4", "eu-west-1"},
      {"ip-10-0-0-1.ec2.internal", "ec2", "ip-10-0-0-1", "us-east-1"},
      {"ip-10-0-0-1.eu-west-1.compute.internal", "ec2", "ip-10-0-0-1", "eu-west-1"},
      {"imap.mail.eu-west-1.awsapps.com", "workmail", "imap", "eu-west-1"},
      {"vpce-1a-2b.sqs.us-west-2.vpce.amazonaws.com", "sqs", "", "us-west-2"},
      {"us-east-1.oauth.signin.aws", "signin", "", "us-east-1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.host);
    const auto endpoint = parse_host(row.host);
    REQUIRE(endpoint.has_value());
    CHECK(names_service(*endpoint, row.service));
    CHECK(endpoint->resource() == row.resource);
    CHECK(endpoint->region().text() == row.region);
  }
}

TEST_CASE("an account label in front of an API host is the account") {
  for (const char* host :
       {"123456789012.ddb.us-east-1.amazonaws.com",
        "123456789012.data-kinesis-fips.us-east-1.amazonaws.com",
        "123456789012.signin.aws.amazon.com", "123456789012.cloudfront-kvs.global.api.aws",
        "dom-123456789012.d.codeartifact.us-east-1.amazonaws.com"}) {
    CAPTURE(host);
    const auto endpoint = parse_host(host);
    REQUIRE(endpoint.has_value());
    CHECK(endpoint->service() != nullptr);
    REQUIRE(endpoint->account().has_value());
    CHECK(endpoint->account()->text() == "123456789012");
  }
}

TEST_CASE("a captured name of no known service or region still parses") {
  struct Row {
    const char* host;
    const char* text;
    const char* region;
  };
  const Row rows[] = {
      {"brand-new.us-east-9.amazonaws.com", "brand-new", "us-east-9"},
      {"a.brand.new.xx-moon-1.api.aws", "a.brand.new.xx-moon-1", "us-east-1"},
      {"ip-ranges.amazonaws.com", "ip-ranges", "us-east-1"},
      {"amazonaws.com", "", "us-east-1"},
      {"us-east-1.amazonaws.com", "us-east-1", "us-east-1"},
      {"aws", "", "us-east-1"},
      {"x.us-east-2.new-thing.amazonaws.com", "x.us-east-2.new-thing", "us-east-2"},
      {"crl.rootca1.amazontrust.com", "crl.rootca1", "us-east-1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.host);
    const auto endpoint = parse_host(row.host);
    REQUIRE(endpoint.has_value());
    CHECK(endpoint->kind() == HostKind::kUnknown);
    CHECK(endpoint->service() == nullptr);
    CHECK(endpoint->service_text() == row.text);
    CHECK(endpoint->region().text() == row.region);
    CHECK(endpoint->vip() == kOtherNamesVip);
  }
}

TEST_CASE("what is not a captured name is nothing, and odd ones do no harm") {
  CHECK_FALSE(parse_host(""));
  CHECK_FALSE(parse_host("[::1]:443"));
  CHECK_FALSE(parse_host("169.254.169.254"));
  CHECK_FALSE(parse_host("www.example.com"));
  CHECK_FALSE(parse_host("sqs.us-east-1.amazonaws.com.."));
  CHECK_FALSE(parse_host(std::string(254, 'a') + ".amazonaws.com"));
  CHECK(parse_host(std::string(239, 'a') + ".amazonaws.com")->host().size() == 253);
  CHECK(parse_host(std::string(240, '.') + "amazonaws.com")->kind() == HostKind::kUnknown);
  CHECK(parse_host("..s3..amazonaws.com").has_value());
  CHECK(parse_host(".amazonaws.com").has_value());
  CHECK(parse_host(".cache.amazonaws.com").has_value());
  CHECK(parse_host("fips.amazonaws.com").has_value());
  CHECK(parse_host("dualstack.us-east-1.amazonaws.com").has_value());
  CHECK(parse_host("vpce.us-east-1.vpce.amazonaws.com").has_value());
  CHECK(parse_host("dualstack.us-east-1.rds.amazonaws.com").has_value());
}

TEST_CASE("a copy of a parsed host has its own views") {
  std::optional<Endpoint> first = parse_host("b.s3.amazonaws.com");
  REQUIRE(first.has_value());
  const Endpoint second = *first;
  first = parse_host("other.s3.amazonaws.com");
  CHECK(second.resource() == "b");
}

}  // namespace
}  // namespace fogbank::aws
