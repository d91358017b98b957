// Time is injected, so that a test or `fogbank clock` can hold and move it.
#pragma once

#include <atomic>
#include <cstdint>

namespace fogbank::core {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970-01-01T00:00:00Z.
  [[nodiscard]] virtual int64_t now_ms() const = 0;
  // Milliseconds of a clock that never steps back; only differences mean something.
  [[nodiscard]] virtual int64_t monotonic_ms() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] int64_t now_ms() const override;
  [[nodiscard]] int64_t monotonic_ms() const override;
};

// Stands still until told. Starts at 2026-01-01T00:00:00Z.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] int64_t now_ms() const override { return now_ms_.load(); }
  [[nodiscard]] int64_t monotonic_ms() const override { return now_ms_.load(); }
  void advance_ms(int64_t by) { now_ms_ += by; }

 private:
  std::atomic<int64_t> now_ms_{1'767'225'600'000};
};

}  // namespace fogbank::core
