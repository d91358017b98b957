// The emulated services, found by name, and their operations, found by model.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/metrics.h"
#include "emulators/service.h"

namespace fogbank::emulators {

class RegisteredService final {
 public:
  RegisteredService(const Service& service, core::Metrics& metrics);

  [[nodiscard]] std::string_view name() const { return service_.name; }
  [[nodiscard]] const aws::ServiceModel& model() const { return *service_.model; }
  // Null for an operation that is modelled but not implemented.
  [[nodiscard]] const Operation* handler(const aws::OperationModel& operation) const;
  [[nodiscard]] std::size_t index_of(const aws::OperationModel& operation) const;

  // Requests by operation and outcome.
  enum class Result : uint8_t { kOk, kClientError, kServerError, kNotImplemented };
  void count(const aws::OperationModel* operation, Result result) const;

 private:
  Service service_;
  std::vector<const Operation*> handlers_;  // by index of the model's operations
  struct Counters {
    core::Counter* by_result[4];
  };
  std::vector<Counters> counters_;  // by index; the last one is for unknown operations
};

class Registry final {
 public:
  explicit Registry(core::Metrics& metrics);
  // By the name of models/; null for a service that is not emulated.
  [[nodiscard]] const RegisteredService* find(std::string_view name) const;

 private:
  std::vector<std::unique_ptr<RegisteredService>> services_;
};

// Every emulated service's door, in alphabetical order.
std::vector<Service> all_services();

}  // namespace fogbank::emulators
