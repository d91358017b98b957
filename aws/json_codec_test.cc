#include "aws/json_codec.h"

#include <doctest/doctest.h>

#include "aws/dynamodb_value.h"
#include "aws/model.h"
#include "models/dynamodb.h"
#include "models/sqs.h"

namespace fogbank::aws {
namespace {

namespace dynamodb = models::dynamodb;
namespace sqs = models::sqs;

template <class Input>
core::Result<void, AwsError> read(const ServiceModel& service, std::string_view operation,
                                  std::string_view body, core::Arena& arena, Input& input) {
  return read_json_input(service, *service.operation(operation), body, arena, &input);
}

std::string put_item_error(std::string_view body) {
  core::Arena arena;
  dynamodb::PutItemInput input;
  const auto result = read(dynamodb::model(), "PutItem", body, arena, input);
  return result ? "none" : result.error().code + ": " + result.error().message;
}

}  // namespace

TEST_CASE("json reads scalars, nested structures, lists and maps into typed members") {
  core::Arena arena;
  sqs::SendMessageBatchInput input;
  REQUIRE(read(sqs::model(), "SendMessageBatch",
               R"( {"QueueUrl":"https:\/\/q","Unknown":[{"a":[1,2]}],"Entries":[
                    {"Id":"a","MessageBody":"\u00e9\ud83d\ude00","DelaySeconds":5,
                     "MessageAttributes":{"k":{"DataType":"Binary","BinaryValue":"AQID"}}},
                    {"Id":"b","MessageBody":"","DelaySeconds":null}]} )",
               arena, input));
  CHECK(input.queue_url == "https://q");
  REQUIRE(input.entries.size() == 2);
  CHECK(input.entries[0].message_body == "\u00e9\U0001F600");
  CHECK(*input.entries[0].delay_seconds == 5);
  const auto* attribute = find(input.entries[0].message_attributes, "k");
  REQUIRE(attribute != nullptr);
  CHECK(attribute->binary_value == std::string_view("\1\2\3"));
  CHECK(input.entries[1].message_body.has_value());
  CHECK_FALSE(input.entries[1].delay_seconds.has_value());
  CHECK_FALSE(input.entries[1].message_attributes.has_value());
}

TEST_CASE("json reads DynamoDB items into their flat form and writes them back unchanged") {
  core::Arena arena;
  dynamodb::PutItemInput input;
  const std::string item =
      R"({"pk":{"S":"x\n"},"n":{"N":"1e5"},"l":{"L":[{"M":{"a":{"BOOL":false}}},{"NULL":true}]},)"
      R"("bs":{"BS":["AQ==","Ag=="]},"ns":{"NS":["1","2.50"]},"empty":{"M":{}}})";
  REQUIRE(
      read(dynamodb::model(), "PutItem", R"({"TableName":"t","Item":)" + item + "}", arena, input));
  CHECK(is_well_formed(input.item));
  CHECK(input.item.find("n").text() == "1e5");
  CHECK_FALSE(input.item.find("l").element(0).find("a").boolean());
  dynamodb::GetItemOutput output;
  output.item = input.item;
  core::HttpAnswer answer;
  write_json_output(dynamodb::model(), *dynamodb::model().operation("GetItem"), Protocol::kJson10,
                    &output, {.request_id = "id"}, answer);
  CHECK(answer.body == R"({"Item":)" + item + "}");
  CHECK(answer.headers.find("x-amzn-requestid") == "id");
  CHECK(answer.headers.find("content-type") == "application/x-amz-json-1.0");
  CHECK(answer.headers.find("x-amz-crc32").has_value());
}

TEST_CASE("json refuses what cannot be read in AWS's words") {
  struct Row {
    const char* name;
    const char* body;
    const char* error;
  };
  const Row rows[] = {
      {"no body", "", "SerializationException: "},
      {"an array", "[]", "SerializationException: "},
      {"cut off", R"({"TableName":"t")", "SerializationException: "},
      {"trailing text", R"({"TableName":"t"}x)", "SerializationException: "},
      {"trailing comma", R"({"TableName":"t",})", "SerializationException: "},
      {"control character", "{\"TableName\":\"t\n\"}", "SerializationException: "},
      {"bad UTF-8", "{\"TableName\":\"\xff\"}", "SerializationException: "},
      {"lone surrogate", R"({"TableName":"\ud800"})", "SerializationException: "},
      {"number for string", R"({"TableName":23})",
       "SerializationException: NUMBER_VALUE cannot be converted to String"},
      {"decimal for string", R"({"TableName":34.5})",
       "SerializationException: DECIMAL_VALUE cannot be converted to String"},
      {"list for string", R"({"TableName":[]})",
       "SerializationException: Unrecognized collection type class java.lang.String"},
      {"structure for string", R"({"TableName":{}})",
       "SerializationException: Start of structure or map found where not expected"},
      {"string for map", R"({"Item":"23"})", "SerializationException: Unexpected field type"},
      {"list for map", R"({"Item":[]})",
       "SerializationException: Unrecognized collection type java.util.Map<java.lang.String, "
       "com.amazonaws.dynamodb.v20120810.AttributeValue>"},
      {"string for attribute", R"({"Item":{"a":"b"}})",
       "SerializationException: Unexpected value type in payload"},
      {"number for N", R"({"Item":{"a":{"N":1}}})",
       "SerializationException: NUMBER_VALUE cannot be converted to String"},
      {"bad base64", R"({"Item":{"a":{"B":"AQI"}}})",
       "SerializationException: Base64 encoded length is expected a multiple of 4 bytes but found: "
       "3"},
      {"key twice", R"({"Item":{"a":{"S":"1"},"a":{"S":"2"}}})", "SerializationException: "},
      {"form before meaning", R"({"TableName":"t","Item":{"a":{}}}x)", "SerializationException: "},
      {"empty attribute", R"({"TableName":"t","Item":{"a":{}}})",
       "ValidationException: Supplied AttributeValue is empty, must contain exactly one of the "
       "supported datatypes"},
      {"two types", R"({"TableName":"t","Item":{"a":{"S":"x","N":"1"}}})",
       "ValidationException: Supplied AttributeValue has more than one datatypes set, must contain "
       "exactly one of the supported datatypes"},
      {"right", R"({"TableName":"t","Item":{}})", "none"}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(put_item_error(row.body) == row.error);
  }
}

TEST_CASE("json takes 32 levels of lists and refuses 33") {
  const auto nested = [](int levels) {
    std::string body = R"({"TableName":"t","Item":{"a":)";
    for (int i = 0; i < levels; ++i) body += R"({"L":[)";
    body += R"({"S":"x"})";
    for (int i = 0; i < levels; ++i) body += "]}";
    return put_item_error(body + "}}");
  };
  CHECK(nested(31) == "none");
  CHECK(nested(32) == "none");
  CHECK(nested(33).starts_with("ValidationException: Nesting Levels have exceeded"));
  CHECK(nested(100'000) == "SerializationException: ");
}

TEST_CASE("json names an error as its service or AWS's framework does") {
  struct Row {
    const char* code;
    const char* body;
  };
  const Row rows[] = {
      {"ResourceNotFoundException",
       R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"m"})"},
      {"ValidationException",
       R"({"__type":"com.amazon.coral.validate#ValidationException","message":"m"})"},
      {"SerializationException",
       R"({"__type":"com.amazon.coral.service#SerializationException","Message":"m"})"}};
  for (const Row& row : rows) {
    CAPTURE(row.code);
    core::HttpAnswer answer;
    write_json_error(&dynamodb::model(), Protocol::kJson10, {.code = row.code, .message = "m"},
                     {.request_id = "id"}, answer);
    CHECK(answer.body == row.body);
    CHECK(answer.status == 400);
  }
}

TEST_CASE("json errors of a query-compatible service name the query protocol's code") {
  for (const char* code : {"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"}) {
    core::HttpAnswer answer;
    write_json_error(&sqs::model(), Protocol::kJson10, {.code = code, .message = "gone"},
                     {.request_id = "id"}, answer);
    CHECK(answer.body == R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"gone"})");
    CHECK(answer.headers.find("x-amzn-query-error") ==
          "AWS.SimpleQueueService.NonExistentQueue;Sender");
  }
}

TEST_CASE("json numbers are exact at the ends of their range and refused beyond") {
  const auto read_delay = [](const char* number) {
    core::Arena arena;
    sqs::SendMessageInput input;
    const auto result = read(sqs::model(), "SendMessage",
                             std::string(R"({"DelaySeconds":)") + number + "}", arena, input);
    return result ? std::to_string(*input.delay_seconds) : result.error().message;
  };
  CHECK(read_delay("2147483647") == "2147483647");
  CHECK(read_delay("-2147483648") == "-2147483648");
  CHECK(read_delay("2147483648") == "NUMBER_VALUE cannot be converted to Integer");
  CHECK(read_delay("34.56") == "34");
  CHECK(read_delay("1e300") == "NUMBER_VALUE cannot be converted to Integer");
}

}  // namespace fogbank::aws
