// Lets a test in another language use the codecs. One JSON object per line on standard input, one
// per line as the answer:
//   {"do":"read","service":…,"protocol":…,"method":…,"path":…,"query":…,"headers":{…},
//    "body":base64}
//     -> {"operation":…,"input":canonical} or {"error":{"code":…,"message":…,"status":…}}
//   {"do":"write","service":…,"protocol":…,"operation":…,"output":"canonical as text"}
//     -> {"status":…,"headers":[[name,value],…],"body":base64}
//   {"do":"fail","service":…,"protocol":…,"code":…,"message":…,"status":"400"} -> the same
#include <cstdio>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "aws/base64.h"
#include "aws/codec.h"
#include "aws/json_reader.h"
#include "aws/json_writer.h"
#include "core/text.h"
#include "tests/oracle/canonical.h"
#include "tests/oracle/services.h"

namespace fogbank::oracle {
namespace {

using Members = std::map<std::string, std::string, std::less<>>;

aws::Protocol parse_protocol(std::string_view name) {
  if (name == "ec2") return aws::Protocol::kEc2;
  if (name == "query") return aws::Protocol::kQuery;
  if (name == "rest-xml") return aws::Protocol::kRestXml;
  if (name == "json1.1") return aws::Protocol::kJson11;
  return aws::Protocol::kJson10;
}

// The members of an object of strings, and of nested ones the raw text.
Members read_members(std::string_view line, core::Arena& arena) {
  Members out;
  aws::JsonReader json(line, arena);
  if (json.peek() != '{' || !json.enter()) return out;
  std::string_view key;
  while (json.step_object(key) == aws::JsonReader::Step::kElement) {
    std::string_view value;
    const std::string name(key);
    if (!(json.peek() == '"' ? json.read_string(value) : json.skip(value))) break;
    out[name] = value;
  }
  return out;
}

std::string describe(const aws::AwsError& error) {
  std::string out = "{\"error\":{\"code\":";
  aws::append_json_string(error.code, out);
  out += ",\"message\":";
  aws::append_json_string(error.message, out);
  return out + ",\"status\":" + std::to_string(error.status) + "}}";
}

std::string describe(const core::HttpAnswer& answer) {
  std::string out = "{\"status\":" + std::to_string(answer.status) + ",\"headers\":[";
  for (std::size_t i = 0; i < answer.headers.size(); ++i) {
    if (i > 0) out += ',';
    out += '[';
    aws::append_json_string(answer.headers.at(i).name, out);
    out += ',';
    aws::append_json_string(answer.headers.at(i).value, out);
    out += ']';
  }
  out += "],\"declared\":" + std::to_string(answer.declared_bytes.value_or(0)) + ",\"body\":";
  aws::append_json_base64(answer.body, out);
  return out + "}";
}

std::string read(const aws::ServiceModel& service, const Members& line, core::Arena& arena) {
  const Members headers = read_members(line.at("headers"), arena);
  core::HttpRequest request;
  std::vector<std::string> names;
  names.reserve(headers.size());
  for (const auto& [name, value] : headers) {
    names.push_back(core::to_lower(name));
    request.headers.push_back({names.back(), value});
  }
  request.method = line.at("method");
  request.path = line.at("path");
  request.query = line.at("query");
  const std::string body = core::from_base64(line.at("body")).value_or("");
  const aws::WireInput wire = {.request = request, .body = body};
  const aws::Protocol protocol = aws::protocol_of(service, request);
  if (protocol != parse_protocol(line.at("protocol"))) return "{\"error\":{\"code\":\"protocol\"}}";
  const aws::OperationModel* operation = aws::find_operation(service, protocol, wire);
  if (operation == nullptr) return describe(aws::unknown_operation(service, protocol, wire));
  std::string out = "{\"operation\":";
  aws::append_json_string(service.text(operation->name), out);
  if (operation->input == aws::kNoType) return out + ",\"input\":{}}";
  auto* input = arena.make<std::byte>(service.types[operation->input].bytes);
  const auto result = aws::read_input(service, *operation, protocol, wire, arena, input);
  if (!result) return describe(result.error());
  out += ",\"input\":";
  append_canonical(service, operation->input, input, out);
  return out + "}";
}

std::string write(const aws::ServiceModel& service, const Members& line, core::Arena& arena) {
  const aws::OperationModel* operation = service.operation(line.at("operation"));
  if (operation == nullptr) return "{\"error\":{\"code\":\"no such operation\"}}";
  std::byte* output = nullptr;
  if (operation->output != aws::kNoType) {
    output = arena.make<std::byte>(service.types[operation->output].bytes);
    if (!read_canonical(service, operation->output, line.at("output"), arena, output)) {
      return "{\"error\":{\"code\":\"not canonical\"}}";
    }
  }
  core::HttpAnswer answer;
  aws::write_output(service, *operation, parse_protocol(line.at("protocol")), output,
                    {.request_id = "request-1", .host_id = "host-1"}, answer);
  return describe(answer);
}

std::string fail(const aws::ServiceModel& service, const Members& line) {
  core::HttpAnswer answer;
  const aws::AwsError error = {.code = line.at("code"),
                               .message = line.at("message"),
                               .status = core::parse_number<int>(line.at("status")).value_or(500)};
  aws::write_error(&service, parse_protocol(line.at("protocol")), error,
                   {.request_id = "request-1", .host_id = "host-1"}, answer);
  return describe(answer);
}

std::string answer_line(std::string_view text) {
  core::Arena arena;
  const Members line = read_members(text, arena);
  const aws::ServiceModel* service = find_service(line.at("service"));
  if (service == nullptr) return "{\"error\":{\"code\":\"no such service\"}}";
  const std::string& what = line.at("do");
  if (what == "read") return read(*service, line, arena);
  if (what == "write") return write(*service, line, arena);
  return fail(*service, line);
}

}  // namespace
}  // namespace fogbank::oracle

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << fogbank::oracle::answer_line(line) << '\n' << std::flush;
  }
  return 0;
}
