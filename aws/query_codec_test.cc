#include "aws/query_codec.h"

#include <doctest/doctest.h>

#include "models/sqs.h"
#include "models/sts.h"

namespace fogbank::aws {
namespace {

namespace sqs = models::sqs;

template <class Input>
core::Result<void, AwsError> read(std::string_view operation, std::string_view body,
                                  core::Arena& arena, Input& input, std::string_view path = "/",
                                  std::string_view query = "") {
  static core::HttpRequest request;
  request.path = path;
  request.query = query;
  request.scheme = "https";
  request.authority = "sqs.us-east-1.amazonaws.com";
  return read_query_input(sqs::model(), *sqs::model().operation(operation), Protocol::kQuery,
                          {.request = request, .body = body}, arena, &input);
}

}  // namespace

TEST_CASE("query reads flattened lists and maps with SQS's names, in the order of their numbers") {
  core::Arena arena;
  sqs::SendMessageBatchInput input;
  REQUIRE(read("SendMessageBatch",
               "Action=SendMessageBatch&Version=2012-11-05&QueueUrl=https%3A%2F%2Fq&"
               "SendMessageBatchRequestEntry.10.Id=ten&"
               "SendMessageBatchRequestEntry.10.MessageBody=&"
               "SendMessageBatchRequestEntry.2.Id=two&"
               "SendMessageBatchRequestEntry.2.MessageBody=a+b%2B&"
               "SendMessageBatchRequestEntry.2.DelaySeconds=5&"
               "SendMessageBatchRequestEntry.2.MessageAttribute.1.Name=k&"
               "SendMessageBatchRequestEntry.2.MessageAttribute.1.Value.DataType=Binary&"
               "SendMessageBatchRequestEntry.2.MessageAttribute.1.Value.BinaryValue=AQID",
               arena, input));
  CHECK(input.queue_url == "https://q");
  REQUIRE(input.entries.size() == 2);
  CHECK(input.entries[0].id == "two");
  CHECK(input.entries[0].message_body == "a b+");
  CHECK(*input.entries[0].delay_seconds == 5);
  REQUIRE(find(input.entries[0].message_attributes, "k") != nullptr);
  CHECK(find(input.entries[0].message_attributes, "k")->binary_value == std::string_view("\1\2\3"));
  CHECK(input.entries[1].message_body.has_value());
  CHECK_FALSE(input.entries[1].message_attributes.has_value());
}

TEST_CASE("query takes parameters from the URL and the queue from the path") {
  core::Arena arena;
  sqs::ReceiveMessageInput input;
  REQUIRE(read("ReceiveMessage", "", arena, input, "/123456789012/jobs",
               "Action=ReceiveMessage&MaxNumberOfMessages=3&AttributeName=All"));
  CHECK(input.queue_url == "https://sqs.us-east-1.amazonaws.com/123456789012/jobs");
  CHECK(*input.max_number_of_messages == 3);
  // Lists and maps of one, without a number, as boto 2 sends them.
  REQUIRE(input.attribute_names.size() == 1);
  CHECK(input.attribute_names[0] == "All");
  sqs::SetQueueAttributesInput set;
  REQUIRE(read("SetQueueAttributes", "Attribute.Name=DelaySeconds&Attribute.Value=5", arena, set));
  REQUIRE(find(set.attributes, "DelaySeconds") != nullptr);
  CHECK(*find(set.attributes, "DelaySeconds") == "5");
}

TEST_CASE("query refuses values without the type's form and forms beyond the limits") {
  struct Row {
    const char* name;
    std::string body;
    bool is_right;
  };
  std::string deep = "A";
  for (std::size_t i = 0; i < 32; ++i) deep += ".A";
  std::string deepest = deep.substr(2);
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "x" + std::to_string(i) + "=1&";
  const Row rows[] = {{"a number", "MaxNumberOfMessages=10", true},
                      {"no number", "MaxNumberOfMessages=ten", false},
                      {"a number too large", "MaxNumberOfMessages=2147483648", false},
                      {"a structure for a number", "MaxNumberOfMessages.1=2", false},
                      {"unknown parameters", "Foo=1&Bar.2.Baz=3&&=&%zz=%", true},
                      {"depth at the limit", deepest + "=1", true},
                      {"depth beyond", deep + "=1", false},
                      {"parameters at the limit", many, true},
                      {"parameters beyond", many + "y=1", false}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    core::Arena arena;
    sqs::ReceiveMessageInput input;
    const auto result = read("ReceiveMessage", row.body, arena, input);
    CHECK(result.has_value() == row.is_right);
    if (!result) CHECK(result.error().code == "MalformedInput");
  }
}

TEST_CASE("query answers have the result's wrapper, SQS's names and the request id") {
  core::Arena arena;
  sqs::ReceiveMessageOutput output;
  output.messages = List<sqs::Message>::make(arena);
  sqs::Message message;
  message.body = "<a&\"b\">\r";
  message.attributes.append(arena, {"SenderId", Text("me")});
  output.messages.append(arena, message);
  core::HttpAnswer answer;
  write_query_output(sqs::model(), *sqs::model().operation("ReceiveMessage"), Protocol::kQuery,
                     &output, {.request_id = "r-1"}, answer);
  CHECK(answer.body ==
        "<ReceiveMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">"
        "<ReceiveMessageResult><Message><Body>&lt;a&amp;&quot;b&quot;&gt;&#xD;</Body><Attribute>"
        "<Name>SenderId</Name><Value>me</Value></Attribute></Message></ReceiveMessageResult>"
        "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></ReceiveMessageResponse>");
  CHECK(answer.headers.find("content-type") == "text/xml");
}

TEST_CASE("query errors carry the code of the wire and whose fault it is") {
  core::HttpAnswer answer;
  write_query_error(&sqs::model(), Protocol::kQuery,
                    {.code = "QueueDoesNotExist", .message = "gone & lost"}, {.request_id = "r"},
                    answer);
  CHECK(answer.body ==
        "<ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><Error>"
        "<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>"
        "<Message>gone &amp; lost</Message></Error><RequestId>r</RequestId></ErrorResponse>");
}

TEST_CASE("the operation of a query request is its action, wherever it stands") {
  core::HttpRequest request;
  const ServiceModel& sts = models::sts::model();
  const auto name_of = [&](std::string_view query, std::string_view body) {
    request.query = query;
    const auto* found = find_operation(sts, Protocol::kQuery, {.request = request, .body = body});
    return found == nullptr ? std::string_view("none") : sts.text(found->name);
  };
  CHECK(name_of("", "Version=1&Action=GetCallerIdentity") == "GetCallerIdentity");
  CHECK(name_of("Action=GetSessionToken", "") == "GetSessionToken");
  CHECK(name_of("", "Action=Nothing") == "none");
  CHECK(name_of("", "") == "none");
}

}  // namespace fogbank::aws
