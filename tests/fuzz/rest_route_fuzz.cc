// Requests of S3 without a body: no head does harm on its way through routing and bindings. The
// input is a method, a path with a query, and headers, one to a line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/codec.h"
#include "models/s3.h"
#include "tests/oracle/canonical.h"

namespace {

namespace aws = fogbank::aws;

std::string_view take(std::string_view& rest, char end) {
  const std::size_t at = std::min(rest.find(end), rest.size());
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return taken;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  fogbank::core::HttpRequest request;
  request.method = take(rest, ' ');
  request.query = take(rest, '\n');
  request.path = take(request.query, '?');
  while (!rest.empty()) {
    std::string_view value = take(rest, '\n');
    const std::string_view name = take(value, ':');
    request.headers.push_back({name, value});
  }
  const aws::ServiceModel& service = fogbank::models::s3::model();
  const aws::WireInput wire = {.request = request, .body = {}};
  const aws::OperationModel* operation =
      aws::find_operation(service, aws::Protocol::kRestXml, wire);
  if (operation == nullptr || operation->input == aws::kNoType) return 0;
  fogbank::core::Arena arena;
  auto* input = arena.make<std::byte>(service.types[operation->input].bytes);
  if (!aws::read_input(service, *operation, aws::Protocol::kRestXml, wire, arena, input)) return 0;
  std::string out;
  fogbank::oracle::append_canonical(service, operation->input, input, out);
  return 0;
}
