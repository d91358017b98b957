#include <doctest/doctest.h>

#include "aws/codec.h"
#include "aws/json_codec.h"
#include "aws/pattern.h"
#include "models/dynamodb.h"
#include "models/s3.h"
#include "models/sqs.h"
#include "models/sts.h"

namespace fogbank::aws {
namespace {

template <class Input>
std::string violations(const char* operation, std::string_view body) {
  const ServiceModel& service = models::dynamodb::model();
  core::Arena arena;
  Input input;
  const OperationModel& model = *service.operation(operation);
  const auto read = read_json_input(service, model, body, arena, &input);
  if (!read) return read.error().message;
  const auto valid = validate(service, model, &input);
  return valid ? "" : valid.error().message;
}

}  // namespace

TEST_CASE("what the model forbids is reported in AWS's words") {
  namespace dynamodb = models::dynamodb;
  CHECK(violations<dynamodb::PutItemInput>("PutItem", R"({"TableName":"abc","Item":{}})") == "");
  CHECK(violations<dynamodb::PutItemInput>("PutItem", R"({"TableName":"abc"})") ==
        "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member "
        "must not be null");
  CHECK(violations<dynamodb::PutItemInput>("PutItem", R"({"ReturnValues":"hi"})") ==
        "3 validation errors detected: Value null at 'tableName' failed to satisfy constraint: "
        "Member must not be null; Value null at 'item' failed to satisfy constraint: Member must "
        "not be null; Value 'hi' at 'returnValues' failed to satisfy constraint: Member must "
        "satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]");
  CHECK(
      violations<dynamodb::ScanInput>("Scan", R"({"TableName":"","Limit":0})") ==
      "2 validation errors detected: Value '' at 'tableName' failed to satisfy constraint: Member "
      "must have length greater than or equal to 1; Value '0' at 'limit' failed to satisfy "
      "constraint: Member must have value greater than or equal to 1");
  CHECK(violations<dynamodb::CreateTableInput>(
            "CreateTable", R"({"TableName":"abc","KeySchema":[{"KeyType":"HASH"}],
                               "AttributeDefinitions":[]})") ==
        "1 validation error detected: Value null at 'keySchema.1.member.attributeName' failed to "
        "satisfy constraint: Member must not be null");
  CHECK(violations<dynamodb::BatchGetItemInput>("BatchGetItem", R"({"RequestItems":{}})") ==
        "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1");
  CHECK(violations<dynamodb::BatchGetItemInput>("BatchGetItem",
                                                R"({"RequestItems":{"abc":{"Keys":[]}}})") ==
        "1 validation error detected: Value '[]' at 'requestItems.abc.member.keys' failed to "
        "satisfy constraint: Member must have length greater than or equal to 1");
}

TEST_CASE("what the model forbids is reported before an empty attribute value") {
  CHECK(violations<models::dynamodb::PutItemInput>("PutItem", R"({"Item":{"a":{}}})") ==
        "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: "
        "Member must not be null");
}

TEST_CASE("services that check for themselves are left to it") {
  const models::sqs::SendMessageInput empty;
  CHECK(validate(models::sqs::model(), *models::sqs::model().operation("SendMessage"), &empty));
}

TEST_CASE("a pattern must match the whole text") {
  struct Row {
    const char* pattern;
    const char* text;
    bool matches;
  };
  const Row rows[] = {{"[a-zA-Z0-9_.-]+", "a-b.c_9", true},
                      {"[a-zA-Z0-9_.-]+", "", false},
                      {"[a-zA-Z0-9_.-]+", "a b", false},
                      {"[\\w]*", "", true},
                      {"[\\w+=,.@-]*", "a@b-c", true},
                      {"[\\w+=,.@\\:-]*", "a:b", true},
                      {"[0-9]{12}", "123456789012", true},
                      {"[0-9]{12}", "1234567890123", false},
                      {"^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$", "a.b", true},
                      {"^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$", "a.", false},
                      {"([0-9a-f]{16})+", "0123456789abcdef", true},
                      {"([0-9a-f]{16})+", "0123456789abcde", false},
                      {"\\/?.+\\/.+", "bucket/key", true},
                      {"[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", "\u00e9", true},
                      {"[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", "\u20ac", false},
                      {"\\p{Print}+", "a b~", true},
                      {"[\\p{Print}]+", "a\tb", false},
                      {"[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*", "\u00e9 9", true}};
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.text);
    CHECK((match_pattern(row.pattern, row.text) == PatternMatch::kYes) == row.matches);
  }
}

TEST_CASE("every pattern of the compiled models is usable") {
  for (const ServiceModel* service : {&models::dynamodb::model(), &models::s3::model(),
                                      &models::sqs::model(), &models::sts::model()}) {
    for (const Constraint& constraint : service->constraints) {
      if (constraint.pattern.bytes == 0) continue;
      const std::string_view pattern = service->text(constraint.pattern);
      CAPTURE(pattern);
      CHECK(match_pattern(pattern, "x") != PatternMatch::kUnusable);
    }
  }
}

}  // namespace fogbank::aws
