// The variables that make programs with bundles of their own use the store. For this room only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fogbank::certs {

struct TrustFiles {
  std::string bundle;  // public roots and ours
  std::string root;    // ours alone
};

// A script for /etc/profile.d. It keeps what a user has set, and names no file that is missing:
// requests and the AWS CLI fail then.
std::string profile_script(const TrustFiles& files);

// Lines for /etc/environment (pam_env). A variable that `existing` sets is left out and named in
// `kept`.
struct EnvironmentLines {
  std::string lines;
  std::vector<std::string> kept;
};
EnvironmentLines environment_lines(const TrustFiles& files, std::string_view existing);

}  // namespace fogbank::certs
