// Measures the wire codecs: nanoseconds of processor time for one message, the smallest and the
// median of several runs, on one thread. The DynamoDB item has 15 attributes, nested lists and
// maps, escapes and UTF-8, about 1 KB.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "aws/codec.h"
#include "aws/rest_route.h"
#include "core/check.h"
#include "models/dynamodb.h"
#include "models/s3.h"
#include "models/sqs.h"

namespace fogbank {
namespace {

constexpr int kRuns = 11;

// Of this thread, so that what else the machine does counts little.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void measure(const char* name, std::size_t bytes, const std::function<void()>& once) {
  std::vector<double> runs;
  for (int run = 0; run < kRuns; ++run) {
    const double begin = processor_seconds();
    uint64_t count = 0;
    double elapsed = 0;
    while (elapsed < 0.1) {
      for (int i = 0; i < 64; ++i) once();
      count += 64;
      elapsed = processor_seconds() - begin;
    }
    runs.push_back(elapsed * 1e9 / static_cast<double>(count));
  }
  std::sort(runs.begin(), runs.end());
  std::printf("%-42s %8zu bytes %9.0f ns min %9.0f ns median\n", name, bytes, runs.front(),
              runs[kRuns / 2]);
}

const std::string kItem =
    R"({"pk":{"S":"customer#0123456789"},"sk":{"S":"order#2026-01-01T00:00:00Z#000042"},)"
    R"("total":{"N":"1234567.89"},"count":{"N":"17"},"paid":{"BOOL":true},"note":{"NULL":true},)"
    R"("title":{"S":"A \"quoted\" title with a\nline end"},"city":{"S":"Zürich, 東京"},)"
    R"("tags":{"SS":["alpha","beta","gamma","delta"]},"scores":{"NS":["1","2.5","3e10"]},)"
    R"("blob":{"B":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},)"
    R"("address":{"M":{"street":{"S":"Main Street 1"},"zip":{"S":"8000"},)"
    R"("geo":{"M":{"lat":{"N":"47.3769"},"lon":{"N":"8.5417"}}}}},)"
    R"("lines":{"L":[{"M":{"sku":{"S":"sku-1"},"qty":{"N":"2"}}},)"
    R"({"M":{"sku":{"S":"sku-2"},"qty":{"N":"1"}}},{"S":"gift wrap"},{"BOOL":false}]},)"
    R"("history":{"L":[{"S":"created"},{"S":"paid"},{"S":"shipped"}]},)"
    R"("description":{"S":"Some longer text that a client stores beside the order, so that the )"
    R"(item is as large as items commonly are in tables of this kind."}})";

template <class Input>
void measure_read(const char* name, const aws::ServiceModel& service, const char* operation,
                  aws::Protocol protocol, const std::string& body) {
  const aws::OperationModel& model = *service.operation(operation);
  core::HttpRequest request;
  request.path = "/bucket";
  core::Arena arena;
  measure(name, body.size(), [&] {
    arena.reset();
    Input input;
    const aws::WireInput wire = {.request = request, .body = body};
    core::check(aws::read_input(service, model, protocol, wire, arena, &input).has_value(),
                "the message is right");
  });
}

void measure_dynamodb() {
  const aws::ServiceModel& service = models::dynamodb::model();
  const std::string put = R"({"TableName":"orders","Item":)" + kItem + "}";
  measure_read<models::dynamodb::PutItemInput>("read PutItem, json", service, "PutItem",
                                               aws::Protocol::kJson10, put);
  core::Arena arena;
  core::HttpRequest request;
  models::dynamodb::PutItemInput input;
  const aws::WireInput wire = {.request = request, .body = put};
  const aws::OperationModel& operation = *service.operation("PutItem");
  core::check(
      aws::read_input(service, operation, aws::Protocol::kJson10, wire, arena, &input).has_value(),
      "the message is right");
  measure("validate PutItem", put.size(), [&] {
    core::check(aws::validate(service, operation, &input).has_value(), "the input is right");
  });
  models::dynamodb::GetItemOutput output;
  output.item = input.item;
  measure("write GetItem, json, with crc32", kItem.size(), [&] {
    core::HttpAnswer answer;
    aws::write_output(service, *service.operation("GetItem"), aws::Protocol::kJson10, &output,
                      {.request_id = "0123456789"}, answer);
  });
}

void measure_others() {
  const std::string text(800, 'x');
  measure_read<models::sqs::SendMessageInput>(
      "read SendMessage, json", models::sqs::model(), "SendMessage", aws::Protocol::kJson10,
      R"({"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/q","MessageBody":")" + text +
          "\"}");
  measure_read<models::sqs::SendMessageInput>(
      "read SendMessage, query", models::sqs::model(), "SendMessage", aws::Protocol::kQuery,
      "Action=SendMessage&Version=2012-11-05&QueueUrl=https%3A%2F%2Fsqs.eu-west-1.amazonaws.com"
      "%2F123456789012%2Fq&MessageBody=" +
          text);
  std::string objects = "<Delete>";
  for (int i = 0; i < 1000; ++i) {
    objects += "<Object><Key>some/key/" + std::to_string(i) + "</Key></Object>";
  }
  measure_read<models::s3::DeleteObjectsInput>("read DeleteObjects of 1000, xml",
                                               models::s3::model(), "DeleteObjects",
                                               aws::Protocol::kRestXml, objects + "</Delete>");
  core::HttpRequest request;
  request.method = "GET";
  request.path = "/bucket/some/key";
  request.query = "x-id=GetObject";
  core::Arena arena;
  measure("route GetObject", request.path.size(), [&] {
    arena.reset();
    core::check(aws::match_rest(models::s3::model(), request, request.path, arena) != nullptr,
                "the request has an operation");
  });
}

}  // namespace
}  // namespace fogbank

int main() {
  fogbank::measure_dynamodb();
  fogbank::measure_others();
  return 0;
}
