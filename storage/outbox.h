// Delivers committed effects to their sinks: one thread, in order per queue, at least once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/log.h"
#include "core/metrics.h"
#include "storage/outbox_queue.h"
#include "storage/storage.h"
#include "storage/transactions.h"
#include "storage/writer.h"

namespace fogbank::storage {

class Outbox final {
 public:
  // All arguments outlive this.
  Outbox(ReaderPool& readers, Writer& writer, core::Log& log, core::Metrics& metrics);
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;
  ~Outbox() { stop(); }

  void set_sink(std::string_view queue, EffectSink& sink);
  void wake();  // effects may be waiting
  void stop();  // after the delivery under way; the rest stays for the next start

 private:
  using Clock = std::chrono::steady_clock;
  struct Queue {
    EffectSink* sink = nullptr;
    std::vector<std::string> delivered;  // record keys not erased yet
    std::chrono::milliseconds delay{0};  // of the next retry; 0: the last attempt went well
    Clock::time_point due{};
  };
  enum class Attempt : uint8_t { kIdle, kProgress, kRetryLater };

  void run();
  bool deliver_due(const std::string& name, Queue& queue);
  Attempt deliver(const std::string& name, Queue& queue);
  bool erase_delivered(Queue& queue);
  [[nodiscard]] bool is_stopping();

  ReaderPool& readers_;
  Writer& writer_;
  core::Log& log_;
  core::Counter& delivered_;
  core::Counter& retried_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Queue, std::less<>> queues_;  // entries: of the thread; never erased
  bool must_look_ = false;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace fogbank::storage
