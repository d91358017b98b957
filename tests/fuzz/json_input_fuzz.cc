// JSON bodies: no input does harm, and what was read comes back unchanged when it is written and
// read again. The first byte chooses the operation.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/codec.h"
#include "aws/json_codec.h"
#include "aws/json_output.h"
#include "core/check.h"
#include "models/dynamodb.h"
#include "models/sqs.h"
#include "tests/oracle/canonical.h"

namespace {

namespace aws = fogbank::aws;
using fogbank::core::check;

void round_trip(const aws::ServiceModel& service, const aws::OperationModel& operation,
                std::string_view body) {
  if (operation.input == aws::kNoType) return;
  const std::size_t bytes = service.types[operation.input].bytes;
  fogbank::core::Arena arena;
  auto* input = arena.make<std::byte>(bytes);
  if (!aws::read_json_input(service, operation, body, arena, input)) return;
  (void)aws::validate(service, operation, input);
  std::string first;
  fogbank::oracle::append_canonical(service, operation.input, input, first);
  std::string written;
  aws::append_json(service, operation.input, input, written);
  auto* again = arena.make<std::byte>(bytes);
  check(aws::read_json_input(service, operation, written, arena, again).has_value(),
        "what was written can be read");
  std::string second;
  fogbank::oracle::append_canonical(service, operation.input, again, second);
  check(first == second, "reading, writing and reading changes nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool is_sqs = data[0] % 2 == 0;
  const aws::ServiceModel& service =
      is_sqs ? fogbank::models::sqs::model() : fogbank::models::dynamodb::model();
  round_trip(service, service.operations[data[0] / 2 % service.operations.size()], body);
  return 0;
}
