// Reads JSON bodies into generated structs (AWS JSON 1.0 and 1.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/json_reader.h"
#include "aws/model.h"
#include "core/arena.h"
#include "core/result.h"

namespace fogbank::aws {

// What went wrong while reading. A fault of form ends the reading; a fault of meaning waits until
// all else was found right, because AWS reports it last.
class JsonFaults final {
 public:
  // SerializationException; an empty message is AWS's answer to text that is no JSON at all.
  bool form(std::string message);
  bool malformed() { return form({}); }
  void meaning(std::string message);  // ValidationException
  [[nodiscard]] const std::optional<AwsError>& of_form() const { return form_; }
  [[nodiscard]] const std::optional<AwsError>& of_meaning() const { return meaning_; }

 private:
  std::optional<AwsError> form_;
  std::optional<AwsError> meaning_;
};

// AWS's words when the value at hand (`JsonReader::peek()`) cannot be the Java type `wanted`,
// for example "String".
[[nodiscard]] std::string json_mismatch(JsonReader& reader, std::string_view wanted);

// Fills the struct of type `type_index` at `input`. The body must hold one object; members the
// model does not know are skipped, null means absent, a member given twice takes its last value,
// a map's key given twice is refused.
void read_json(const ServiceModel& service, uint16_t type_index, std::string_view body,
               core::Arena& arena, std::byte* input, JsonFaults& faults);

}  // namespace fogbank::aws
