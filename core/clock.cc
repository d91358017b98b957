#include "core/clock.h"

#include <ctime>

namespace fogbank::core {
namespace {

int64_t read_ms(clockid_t which) {
  timespec t{};
  ::clock_gettime(which, &t);
  return static_cast<int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1'000'000;
}

}  // namespace

int64_t SystemClock::now_ms() const { return read_ms(CLOCK_REALTIME); }
int64_t SystemClock::monotonic_ms() const { return read_ms(CLOCK_MONOTONIC); }

}  // namespace fogbank::core
