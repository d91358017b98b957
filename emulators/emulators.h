// The gateway: one HTTP request's path to the handler of an emulated AWS operation and back.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/names.h"
#include "core/clock.h"
#include "core/http.h"
#include "core/log.h"
#include "core/metrics.h"
#include "core/random.h"

namespace fogbank::storage {
class Store;
}

namespace fogbank::emulators {

// All referenced things outlive the gateway; the store is destroyed (and so has told every
// pending write) before the event loops of the requests are.
struct GatewayLinks {
  storage::Store& store;
  const core::Clock& clock;
  core::RandomSource& random;
  const core::Log& log;
  core::Metrics& metrics;
};

struct GatewayConfig {
  aws::AccountId default_account;  // of access keys that belong to no other account
};

struct OperationCoverage {
  std::string_view operation;
  std::string_view coverage;  // "full", "partial", "stub" or "absent"
  std::string_view gaps;
};
struct ServiceCoverage {
  std::string_view service;  // "sqs"
  std::vector<OperationCoverage> operations;  // every modelled one, in alphabetical order
};

// What is emulated, from the services' tables of contents and their models.
std::vector<ServiceCoverage> coverage();

class Gateway : public core::RequestHandler {
 public:
  static std::unique_ptr<Gateway> create(const GatewayConfig& config, const GatewayLinks& links);
  // Lets every waiting call (long poll) answer now; for a graceful stop.
  virtual void release_waiting() = 0;
};

}  // namespace fogbank::emulators
