#include "aws/request_id.h"

#include <doctest/doctest.h>

namespace fogbank::aws {
namespace {

TEST_CASE("a request id has the length and the characters of its service's form") {
  struct Row {
    const char* name;
    RequestIdForm form;
    std::size_t bytes;
    std::string_view alphabet;
  };
  const Row rows[] = {
      {"uuid", RequestIdForm::kUuid, 36, "0123456789abcdef-"},
      {"dynamodb", RequestIdForm::kDynamodb, 52, "0123456789ABCDEFGHIJKLMNOPQRSTUV"},
      {"s3", RequestIdForm::kS3, 16, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
  };
  core::SeededRandom random(1);
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const RequestId id = RequestId::make(row.form, random);
    CHECK(id.text().size() == row.bytes);
    CHECK(id.text().find_first_not_of(row.alphabet) == std::string_view::npos);
    CHECK_FALSE(id == RequestId::make(row.form, random));
  }
}

TEST_CASE("an S3 host id is 76 characters of base64") {
  core::SeededRandom random(1);
  const std::string id = make_s3_host_id(random);
  CHECK(id.size() == 76);
  CHECK(id.ends_with('='));
  CHECK(id != make_s3_host_id(random));
}

}  // namespace
}  // namespace fogbank::aws
