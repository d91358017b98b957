#include "emulators/registry.h"

#include "core/check.h"
#include "emulators/dynamodb/dynamodb.h"
#include "emulators/emulators.h"
#include "emulators/s3/s3.h"
#include "emulators/sqs/sqs.h"
#include "emulators/sts/sts.h"

namespace fogbank::emulators {
namespace {

constexpr std::string_view kResultNames[] = {"ok", "client_error", "server_error",
                                             "not_implemented"};
constexpr std::string_view kCoverageNames[] = {"full", "partial", "stub"};

const Operation* row_of(const Service& service, std::string_view operation) {
  for (const Operation& row : service.operations) {
    if (row.name == operation) return &row;
  }
  return nullptr;
}

std::size_t bytes_of(const aws::ServiceModel& model, uint16_t type) {
  return type == aws::kNoType ? 0 : model.types[type].bytes;
}

}  // namespace

std::vector<Service> all_services() {
  return {dynamodb::make_service(), s3::make_service(), sqs::make_service(), sts::make_service()};
}

RegisteredService::RegisteredService(const Service& service, core::Metrics& metrics)
    : service_(service) {
  const aws::ServiceModel& model = *service.model;
  std::size_t found = 0;
  for (std::size_t i = 0; i <= model.operations.size(); ++i) {
    const bool is_known = i < model.operations.size();
    const auto name = is_known ? model.text(model.operations[i].name) : "unknown";
    Counters counters{};
    for (std::size_t result = 0; result < std::size(kResultNames); ++result) {
      std::string labels = "service=\"" + std::string(service.name) + "\",operation=\"";
      labels.append(name).append("\",result=\"").append(kResultNames[result]).append("\"");
      counters.by_result[result] = &metrics.counter("fogbank_gateway_requests_total", labels);
    }
    counters_.push_back(counters);
    if (!is_known) break;
    const Operation* row = row_of(service, name);
    handlers_.push_back(row);
    if (row == nullptr) continue;
    ++found;
    const aws::OperationModel& operation = model.operations[i];
    // Empty structs have a size of 1 and no type.
    const std::size_t in = bytes_of(model, operation.input);
    const std::size_t out = bytes_of(model, operation.output);
    core::check(in == 0 || in == row->input_bytes, "a handler's input is the model's");
    core::check(out == 0 || out == row->output_bytes, "a handler's output is the model's");
  }
  core::check(found == service.operations.size(), "every row of operations is in the model");
}

const Operation* RegisteredService::handler(const aws::OperationModel& operation) const {
  return handlers_[index_of(operation)];
}

std::size_t RegisteredService::index_of(const aws::OperationModel& operation) const {
  return static_cast<std::size_t>(&operation - model().operations.data());
}

void RegisteredService::count(const aws::OperationModel* operation, Result result) const {
  const Counters& counters = operation != nullptr ? counters_[index_of(*operation)]
                                                  : counters_.back();
  counters.by_result[static_cast<std::size_t>(result)]->add();
}

Registry::Registry(core::Metrics& metrics) {
  for (const Service& service : all_services()) {
    services_.push_back(std::make_unique<RegisteredService>(service, metrics));
  }
}

const RegisteredService* Registry::find(std::string_view name) const {
  for (const auto& service : services_) {
    if (service->name() == name) return service.get();
  }
  return nullptr;
}

std::vector<ServiceCoverage> coverage() {
  std::vector<ServiceCoverage> all;
  for (const Service& service : all_services()) {
    ServiceCoverage one{service.name, {}};
    for (const aws::OperationModel& operation : service.model->operations) {
      const std::string_view name = service.model->text(operation.name);
      const Operation* row = row_of(service, name);
      one.operations.push_back(
          {name,
           row == nullptr ? "absent" : kCoverageNames[static_cast<std::size_t>(row->coverage)],
           row == nullptr ? "" : row->gaps});
    }
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace fogbank::emulators
