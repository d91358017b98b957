// What the daemon tells its operator over HTTP on a loopback address: GET /metrics (Prometheus),
// /status (JSON) and /health.
#pragma once

#include <string>

#include "core/clock.h"
#include "core/http.h"
#include "core/metrics.h"

namespace fogbank::app {

class Admin final : public core::RequestHandler {
 public:
  Admin(const core::Metrics& metrics, const core::Clock& clock, std::string steering);
  std::unique_ptr<core::RequestSession> begin(std::shared_ptr<const core::HttpRequest> request,
                                              core::HttpExchange& exchange) override;

 private:
  [[nodiscard]] std::string status_json() const;
  const core::Metrics& metrics_;
  const core::Clock& clock_;
  std::string steering_;
  int64_t started_ms_;
};

// Requests to `admin` go to the operator's handler, all others to AWS's.
class FrontDoor final : public core::RequestHandler {
 public:
  FrontDoor(const core::SocketAddress& admin, core::RequestHandler& operators,
            core::RequestHandler& aws)
      : admin_(admin), operators_(operators), aws_(aws) {}
  std::unique_ptr<core::RequestSession> begin(std::shared_ptr<const core::HttpRequest> request,
                                              core::HttpExchange& exchange) override {
    const bool is_ours = request->connection->destination == admin_;
    return (is_ours ? operators_ : aws_).begin(std::move(request), exchange);
  }

 private:
  core::SocketAddress admin_;
  core::RequestHandler& operators_;
  core::RequestHandler& aws_;
};

}  // namespace fogbank::app
