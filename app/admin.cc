#include "app/admin.h"

#include <unistd.h>

#include "app/version.h"

namespace fogbank::app {
namespace {

// Bodies are of no interest.
class Ignoring final : public core::RequestSession {
 public:
  core::BodyFlow on_body(std::span<const std::byte>) override {
    return core::BodyFlow::kContinue;
  }
  void on_body_end(std::span<const core::HttpHeader>) override {}
};

}  // namespace

Admin::Admin(const core::Metrics& metrics, const core::Clock& clock, std::string steering)
    : metrics_(metrics),
      clock_(clock),
      steering_(std::move(steering)),
      started_ms_(clock.monotonic_ms()) {}

std::string Admin::status_json() const {
  return "{\"version\":\"" + std::string(kVersion) + "\",\"pid\":" + std::to_string(::getpid()) +
         ",\"uptime_s\":" + std::to_string((clock_.monotonic_ms() - started_ms_) / 1000) +
         ",\"steering\":\"" + steering_ + "\"}\n";
}

std::unique_ptr<core::RequestSession> Admin::begin(
    std::shared_ptr<const core::HttpRequest> request, core::HttpExchange& exchange) {
  core::HttpAnswer answer;
  if (request->method != "GET") {
    answer.status = 405;
  } else if (request->path == "/metrics") {
    answer.headers.add("Content-Type", "text/plain; version=0.0.4");
    answer.body = metrics_.render();
  } else if (request->path == "/status") {
    answer.headers.add("Content-Type", "application/json");
    answer.body = status_json();
  } else if (request->path == "/health") {
    answer.body = "ok\n";
  } else {
    answer.status = 404;
    answer.body = "fogbank answers /metrics, /status and /health here\n";
  }
  exchange.answer(std::move(answer));
  return std::make_unique<Ignoring>();
}

}  // namespace fogbank::app
