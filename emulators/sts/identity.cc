#include "emulators/sts/identity.h"

namespace fogbank::emulators::sts {

// For an account's root user AWS answers the account id as the user id.
Reply<GetCallerIdentityOutput> get_caller_identity(Call& call, const GetCallerIdentityInput&) {
  if (call.access_key_id.empty()) {
    return aws::AwsError{.code = "MissingAuthenticationToken",
                         .message = "Request is missing Authentication Token",
                         .status = 403};
  }
  const std::string_view account = call.keep(call.account.text());
  return GetCallerIdentityOutput{
      .user_id = account, .account = account, .arn = call.principal_arn};
}

}  // namespace fogbank::emulators::sts
