// What the certificate authority holds; for this room only.
#pragma once

#include <string>
#include <vector>

#include "certs/certs.h"
#include "certs/openssl.h"

namespace fogbank::certs {

struct Authority::Parts {
  UniqueX509 root;
  UniqueX509 intermediate;
  UniquePkey intermediate_key;
  std::string root_pem;
  std::string key_hash;
  std::vector<std::string> zones;
  int64_t valid_from_ms = 0;  // of the intermediate
  int64_t expires_at_ms = 0;
};

}  // namespace fogbank::certs
