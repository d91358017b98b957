// Who a request comes from: the account and principal of its access key.
#pragma once

#include <string>
#include <string_view>

#include "aws/names.h"

namespace fogbank::emulators {

struct Identity {
  aws::AccountId account;
  std::string access_key_id;  // empty for anonymous requests
  std::string principal_arn;
};

// An access key that is 12 digits is the account of that number; any other key, and nobody,
// belongs to the default account. No key is issued yet, so there is no secret to verify against:
// every caller is the root user of its account.
class Identities final {
 public:
  explicit Identities(const aws::AccountId& default_account) : default_account_(default_account) {}
  [[nodiscard]] Identity identify(std::string_view access_key_id,
                                  std::string_view partition) const;

 private:
  aws::AccountId default_account_;
};

}  // namespace fogbank::emulators
