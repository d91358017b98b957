// Counters and gauges, rendered in the Prometheus text format 0.0.4.
// Names: fogbank_<room>_<what>_<unit>; labels never carry text that a client can choose.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/guarded.h"

namespace fogbank::core {

class Counter final {
 public:
  void add(uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
  [[nodiscard]] uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

class Gauge final {
 public:
  void add(int64_t by) { value_.fetch_add(by, std::memory_order_relaxed); }
  void set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// Thread-safe. A returned reference lives as long as the registry; keep it instead of asking
// again on a hot path.
class Metrics final {
 public:
  // `labels` is the inside of the braces, for example `outcome="nxdomain"`, or empty.
  Counter& counter(std::string_view name, std::string_view labels = {});
  Gauge& gauge(std::string_view name, std::string_view labels = {});
  [[nodiscard]] std::string render() const;

 private:
  struct Series {
    std::map<std::string, std::unique_ptr<Counter>, std::less<>> counters;
    std::map<std::string, std::unique_ptr<Gauge>, std::less<>> gauges;
  };
  Guarded<std::map<std::string, Series, std::less<>>> families_;
};

}  // namespace fogbank::core
