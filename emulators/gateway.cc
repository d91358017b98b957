#include "emulators/emulators.h"
#include "emulators/flight.h"

namespace fogbank::emulators {
namespace {

// The proxy's handle on a flight; the flight may outlive it in the store's queue.
class Session final : public core::RequestSession {
 public:
  explicit Session(std::shared_ptr<Flight> flight) : flight_(std::move(flight)) {}
  ~Session() override { flight_->abandon(); }
  core::BodyFlow on_body(std::span<const std::byte> piece) override {
    return flight_->on_body(piece);
  }
  void on_body_end(std::span<const core::HttpHeader> trailers) override {
    flight_->on_body_end(trailers);
  }

 private:
  std::shared_ptr<Flight> flight_;
};

class GatewayOfServices final : public Gateway {
 public:
  GatewayOfServices(const GatewayConfig& config, const GatewayLinks& links)
      : state_{config, links, Registry(links.metrics), {}, Identities(config.default_account)} {}

  std::unique_ptr<core::RequestSession> begin(std::shared_ptr<const core::HttpRequest> request,
                                              core::HttpExchange& exchange) override {
    auto flight = std::make_shared<Flight>(state_, std::move(request), exchange);
    flight->begin();
    return std::make_unique<Session>(std::move(flight));
  }

  void release_waiting() override { state_.parking.wake_all(); }

 private:
  GatewayState state_;
};

}  // namespace

std::unique_ptr<Gateway> Gateway::create(const GatewayConfig& config, const GatewayLinks& links) {
  return std::make_unique<GatewayOfServices>(config, links);
}

}  // namespace fogbank::emulators
