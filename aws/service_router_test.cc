#include "aws/service_router.h"

#include <doctest/doctest.h>

#include <string>

namespace fogbank::aws {
namespace {

struct Row {
  const char* name;
  const char* host;
  const char* path;
  const char* query;
  core::HttpHeader header;
  const char* scope;
  const char* form;
  const char* service;
  RequestFormat format;
  const char* operation;
};

constexpr core::HttpHeader kNoHeader{"accept", "*/*"};

TEST_CASE("a request's service and operation are found in the order that AWS's hosts demand") {
  using enum RequestFormat;
  const Row rows[] = {
      {"target",
       "sqs.us-east-1.amazonaws.com",
       "/",
       "",
       {"x-amz-target", "AmazonSQS.SendMessage"},
       "sqs",
       "",
       "sqs",
       kJson,
       "SendMessage"},
      {"target without AWS host",
       "127.0.0.1",
       "/",
       "",
       {"x-amz-target", "DynamoDB_20120810.GetItem"},
       "dynamodb",
       "",
       "dynamodb",
       kJson,
       "GetItem"},
      {"target with dots",
       "localhost",
       "/",
       "",
       {"x-amz-target", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"},
       "",
       "",
       "cloudtrail",
       kJson,
       "LookupEvents"},
      {"target in a Java package",
       "localhost",
       "/",
       "",
       {"x-amz-target", "com.amazonaws.swf.service.model.SimpleWorkflowService.ListDomains"},
       "",
       "",
       "swf",
       kJson,
       "ListDomains"},
      {"old target version",
       "dynamodb.us-east-1.amazonaws.com",
       "/",
       "",
       {"x-amz-target", "DynamoDB_20111205.GetItem"},
       "",
       "",
       "dynamodb",
       kJson,
       "GetItem"},
      {"streams on the table host",
       "dynamodb.us-gov-west-1.amazonaws.com",
       "/",
       "",
       {"x-amz-target", "DynamoDBStreams_20120810.ListStreams"},
       "dynamodb",
       "",
       "dynamodbstreams",
       kJson,
       "ListStreams"},
      {"foreign target",
       "dynamodb.us-east-1.amazonaws.com",
       "/",
       "",
       {"x-amz-target", "AmazonSQS.TagQueue"},
       "",
       "",
       "dynamodb",
       kJson,
       "AmazonSQS.TagQueue"},
      {"shared target by operation",
       "localhost",
       "/",
       "",
       {"x-amz-target", "Timestream_20181101.CancelQuery"},
       "",
       "",
       "timestream-query",
       kJson,
       "CancelQuery"},
      {"old autoscaling client",
       "autoscaling.us-east-1.amazonaws.com",
       "/",
       "",
       {"x-amz-target", "AnyScaleFrontendService.DescribeScalingPolicies"},
       "",
       "",
       "application-autoscaling",
       kJson,
       "DescribeScalingPolicies"},
      {"unknown target, no host",
       "localhost",
       "/",
       "",
       {"x-amz-target", "New_2030.Do"},
       "",
       "",
       "",
       kJson,
       "Do"},
      {"form", "sts.amazonaws.com", "/", "", kNoHeader, "sts",
       "Action=GetCallerIdentity&Version=2011-06-15", "sts", kQuery, "GetCallerIdentity"},
      {"query string", "localhost", "/", "Version=2010-05-08&Action=ListUsers", kNoHeader, "", "",
       "iam", kQuery, "ListUsers"},
      {"old SQS client", "queue.amazonaws.com", "/123456789012/q", "", kNoHeader, "sqs",
       "Action=SendMessage&Version=2009-02-01", "sqs", kQuery, "SendMessage"},
      {"version tells v1", "elasticloadbalancing.us-east-1.amazonaws.com", "/", "", kNoHeader, "",
       "Action=DescribeLoadBalancers&Version=2012-06-01", "elb", kQuery, "DescribeLoadBalancers"},
      {"version tells v2", "elasticloadbalancing.us-east-1.amazonaws.com", "/", "", kNoHeader, "",
       "Action=DescribeLoadBalancers&Version=2015-12-01", "elbv2", kQuery, "DescribeLoadBalancers"},
      {"ec2", "ec2.us-east-1.amazonaws.com", "/", "", kNoHeader, "ec2",
       "Action=DescribeVpcs&Version=2014-10-01", "ec2", kQuery, "DescribeVpcs"},
      {"S3 key parameter is no action", "b.s3.amazonaws.com", "/k", "Action=x", kNoHeader, "s3", "",
       "s3", kRest, ""},
      {"cbor",
       "monitoring.us-east-1.amazonaws.com",
       "/service/GraniteServiceVersion20100801/operation/ListMetrics",
       "",
       {"smithy-protocol", "rpc-v2-cbor"},
       "monitoring",
       "",
       "cloudwatch",
       kRpcCbor,
       "ListMetrics"},
      {"cbor with namespace and path in front",
       "localhost",
       "/a/b/service/aws.gr#GraniteServiceVersion20100801/operation/ListMetrics",
       "",
       {"smithy-protocol", "rpc-v2-cbor"},
       "",
       "",
       "cloudwatch",
       kRpcCbor,
       "ListMetrics"},
      {"scope", "localhost", "/2015-03-31/functions", "", kNoHeader, "lambda", "", "lambda", kRest,
       ""},
      {"unknown scope", "localhost", "/", "", kNoHeader, "newthing", "", "", kRest, ""},
      {"path of v2", "apigateway.us-east-1.amazonaws.com", "/v2/apis", "", kNoHeader, "apigateway",
       "", "apigatewayv2", kRest, ""},
      {"path of v1", "apigateway.us-east-1.amazonaws.com", "/restapis", "", kNoHeader, "apigateway",
       "", "apigateway", kRest, ""},
      {"es by path", "es.us-east-1.amazonaws.com", "/2021-01-01/domain", "", kNoHeader, "es", "",
       "opensearch", kRest, ""},
      {"sesv2", "email.us-east-1.amazonaws.com", "/v2/email/identities", "", kNoHeader, "ses", "",
       "sesv2", kRest, ""},
      {"s3 control by path", "localhost", "/v20180820/jobs", "", kNoHeader, "s3", "", "s3control",
       kRest, ""},
      {"nothing to go by", "localhost", "/bucket/key", "", kNoHeader, "", "", "s3", kRest, ""},
      {"unknown service of a captured host", "brandnew.us-east-1.amazonaws.com", "/", "", kNoHeader,
       "", "", "", kRest, ""},
      {"unsigned REST keeps its host", "oidc.us-east-1.amazonaws.com", "/token", "", kNoHeader, "",
       "", "sso-oidc", kRest, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    core::HttpRequest request;
    request.method = "POST";
    request.path = row.path;
    request.query = row.query;
    request.headers.push_back(row.header);
    const auto host = parse_host(row.host);
    const ServiceRoute route =
        route_service(request, {host ? &*host : nullptr, row.scope, row.form});
    CHECK((route.service != nullptr ? route.service->name : "") == row.service);
    CHECK(route.format == row.format);
    CHECK(route.operation == row.operation);
  }
}

TEST_CASE("an unknown service is named as the request names it") {
  core::HttpRequest request;
  request.path = "/";
  const auto host = parse_host("brand.new.eu-west-1.amazonaws.com");
  CHECK(route_service(request, {&*host, "", ""}).service_text == "brand.new");
  CHECK(route_service(request, {nullptr, "newthing", ""}).service_text == "newthing");
  request.headers.push_back({"x-amz-target", "New_2030.Do"});
  CHECK(route_service(request, {nullptr, "", ""}).service_text == "New_2030");
}

TEST_CASE("a parameter is found by its whole name") {
  CHECK(raw_parameter("XAction=a&Action=b&Action=c", "Action") == "b");
  CHECK(raw_parameter("Action", "Action").empty());
  CHECK(raw_parameter("Action=", "Action").empty());
  CHECK(raw_parameter("", "Action").empty());
  CHECK(raw_parameter("&&=&Action=x%20y&", "Action") == "x%20y");
}

}  // namespace
}  // namespace fogbank::aws
