#include "emulators/sts/identity.h"

#include <doctest/doctest.h>

#include "tests/support/service_fixture.h"

namespace fogbank::emulators::sts {
namespace {

TEST_CASE("sts GetCallerIdentity answers the account and the principal of the access key") {
  tests::ServiceFixture sts;
  const auto reply = sts.call(get_caller_identity, {});
  REQUIRE(reply);
  CHECK(reply->account == "123456789012");
  CHECK(reply->user_id == "123456789012");
  CHECK(reply->arn == "arn:aws:iam::123456789012:root");
}

}  // namespace
}  // namespace fogbank::emulators::sts
