#include "emulators/identity.h"

namespace fogbank::emulators {

Identity Identities::identify(std::string_view access_key_id, std::string_view partition) const {
  const aws::AccountId account =
      aws::AccountId::parse(access_key_id).value_or(default_account_);
  std::string arn = "arn:";
  arn.append(partition).append(":iam::").append(account.text()).append(":root");
  return {account, std::string(access_key_id), std::move(arn)};
}

}  // namespace fogbank::emulators
