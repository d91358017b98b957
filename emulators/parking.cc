#include "emulators/parking.h"

#include <algorithm>
#include <utility>

namespace fogbank::emulators {
namespace {

// Calls whose peers left are dropped when a topic's list has doubled, so that a topic that is
// polled for ever and never woken stays small.
constexpr std::size_t kPruneFrom = 32;

void wake_each(const std::vector<std::weak_ptr<Parked>>& waiting) {
  for (const auto& weak : waiting) {
    if (const auto call = weak.lock()) call->wake();
  }
}

}  // namespace

void Parking::park(std::string_view topic, std::weak_ptr<Parked> call) {
  topics_.with([&](auto& topics) {
    Waiting& waiting = topics[std::string(topic)];
    if (waiting.size() >= kPruneFrom && waiting.size() == waiting.capacity()) {
      std::erase_if(waiting, [](const auto& weak) { return weak.expired(); });
    }
    waiting.push_back(std::move(call));
  });
}

void Parking::wake(std::string_view topic) {
  Waiting waiting;
  topics_.with([&](auto& topics) {
    const auto at = topics.find(std::string(topic));
    if (at == topics.end()) return;
    waiting = std::move(at->second);
    topics.erase(at);
  });
  wake_each(waiting);
}

void Parking::wake_all() {
  std::unordered_map<std::string, Waiting> all;
  topics_.with([&](auto& topics) { all.swap(topics); });
  for (const auto& [topic, waiting] : all) wake_each(waiting);
}

}  // namespace fogbank::emulators
