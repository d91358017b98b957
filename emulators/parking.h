// Calls that wait for a topic: long polls. A call parks on the writer thread after the batch in
// which it decided to wait, and a wake comes after the batch that made it worth while, so a call
// never misses a wake.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/guarded.h"

namespace fogbank::emulators {

class Parked {
 public:
  virtual ~Parked() = default;
  virtual void wake() = 0;  // called on any thread; without effect when no longer parked
};

// Thread-safe.
class Parking final {
 public:
  void park(std::string_view topic, std::weak_ptr<Parked> call);
  // Wakes every call on the topic, the longest waiting first.
  void wake(std::string_view topic);
  void wake_all();

 private:
  using Waiting = std::vector<std::weak_ptr<Parked>>;
  core::Guarded<std::unordered_map<std::string, Waiting>> topics_;
};

}  // namespace fogbank::emulators
