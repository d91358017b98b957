// XML bodies of S3: no input does harm, and what was read comes back unchanged when it is written
// and read again. The first byte chooses the operation.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/xml_input.h"
#include "aws/xml_output.h"
#include "core/check.h"
#include "models/s3.h"
#include "tests/oracle/canonical.h"

namespace {

namespace aws = fogbank::aws;
using fogbank::core::check;

void round_trip(const aws::ServiceModel& service, const aws::Field& payload,
                std::string_view body) {
  const std::size_t bytes = service.types[payload.type].bytes;
  const std::string_view root = service.text(payload.wire);
  fogbank::core::Arena arena;
  auto* input = arena.make<std::byte>(bytes);
  if (!aws::read_xml(service, payload.type, root, body, arena, input)) return;
  std::string first;
  fogbank::oracle::append_canonical(service, payload.type, input, first);
  std::string written = "<" + std::string(root) + ">";
  aws::append_xml_members(service, aws::Protocol::kRestXml, payload.type, input, written);
  written.append("</").append(root).append(">");
  auto* again = arena.make<std::byte>(bytes);
  check(aws::read_xml(service, payload.type, root, written, arena, again),
        "what was written can be read");
  std::string second;
  fogbank::oracle::append_canonical(service, payload.type, again, second);
  check(first == second, "reading, writing and reading changes nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const aws::ServiceModel& service = fogbank::models::s3::model();
  const aws::OperationModel& operation = service.operations[data[0] % service.operations.size()];
  const aws::Type& type = service.types[operation.input];
  if (type.payload == aws::kNoIndex) return 0;
  const aws::Field& payload = service.fields_of(type)[type.payload];
  if (service.types[payload.type].kind == aws::Kind::kStructure) {
    round_trip(service, payload, body);
  }
  return 0;
}
