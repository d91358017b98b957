// Forms of the query protocol: no input does harm. The first byte chooses the operation.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/query_codec.h"
#include "aws/xml_output.h"
#include "models/sqs.h"
#include "models/sts.h"
#include "tests/oracle/canonical.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  namespace aws = fogbank::aws;
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const aws::ServiceModel& service =
      data[0] % 2 == 0 ? fogbank::models::sqs::model() : fogbank::models::sts::model();
  const aws::OperationModel& operation =
      service.operations[data[0] / 2 % service.operations.size()];
  if (operation.input == aws::kNoType) return 0;
  fogbank::core::Arena arena;
  fogbank::core::HttpRequest request;
  request.path = "/";
  auto* input = arena.make<std::byte>(service.types[operation.input].bytes);
  const auto read = aws::read_query_input(service, operation, aws::Protocol::kQuery,
                                          {.request = request, .body = body}, arena, input);
  if (!read) return 0;
  std::string out;
  fogbank::oracle::append_canonical(service, operation.input, input, out);
  aws::append_xml_members(service, aws::Protocol::kQuery, operation.input, input, out);
  return 0;
}
