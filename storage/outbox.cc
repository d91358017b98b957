#include "storage/outbox.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/check.h"
#include "storage/waiting_task.h"

namespace fogbank::storage {
namespace {

constexpr std::chrono::milliseconds kFirstDelay{50};
constexpr std::chrono::milliseconds kDelayMax{30'000};
constexpr std::size_t kRoundEffectsMax = 64;
constexpr std::size_t kRoundBytesMax = 1U << 20;

}  // namespace

Outbox::Outbox(ReaderPool& readers, Writer& writer, core::Log& log, core::Metrics& metrics)
    : readers_(readers),
      writer_(writer),
      log_(log),
      delivered_(metrics.counter("fogbank_storage_effects_total", "outcome=\"delivered\"")),
      retried_(metrics.counter("fogbank_storage_effects_total", "outcome=\"retried\"")),
      thread_([this] { run(); }) {}

void Outbox::set_sink(std::string_view queue, EffectSink& sink) {
  core::check(is_queue_name(queue), "a sink's queue has a short name without NUL");
  {
    const std::lock_guard lock(mutex_);
    Queue& entry = queues_[std::string(queue)];
    core::check(entry.sink == nullptr, "a queue has one sink");
    entry.sink = &sink;
  }
  wake();
}

void Outbox::wake() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(must_look_, true)) return;
  }
  changed_.notify_one();
}

void Outbox::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool Outbox::is_stopping() {
  const std::lock_guard lock(mutex_);
  return is_stopping_;
}

void Outbox::run() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    must_look_ = false;
    bool has_more = false;
    auto due = Clock::time_point::max();
    // A map keeps its entries where they are, so the mutex is open while one is delivered.
    for (auto& [name, queue] : queues_) {
      lock.unlock();
      has_more |= deliver_due(name, queue);
      lock.lock();
      if (queue.delay.count() != 0) due = std::min(due, queue.due);
    }
    if (has_more || is_stopping_) continue;
    const auto must_go_on = [this] { return must_look_ || is_stopping_; };
    if (due == Clock::time_point::max()) {
      changed_.wait(lock, must_go_on);
    } else {
      changed_.wait_until(lock, due, must_go_on);
    }
  }
}

// True if there may be more to deliver at once.
bool Outbox::deliver_due(const std::string& name, Queue& queue) {
  if (queue.delay.count() != 0 && Clock::now() < queue.due) return false;
  const Attempt attempt = deliver(name, queue);
  if (attempt != Attempt::kRetryLater) {
    queue.delay = {};
    return attempt == Attempt::kProgress;
  }
  retried_.add();
  if (queue.delay.count() == 0) log_.warn("storage_effect_deferred", {{"queue", name}});
  queue.delay = std::clamp(queue.delay * 2, kFirstDelay, kDelayMax);
  queue.due = Clock::now() + queue.delay;
  return false;
}

// One round: the oldest effects, in order, up to the first that the sink does not take.
Outbox::Attempt Outbox::deliver(const std::string& name, Queue& queue) {
  // Effects that are delivered but still recorded would be delivered again.
  if (!erase_delivered(queue)) return Attempt::kRetryLater;
  std::vector<StoredEffect> effects;
  {
    const auto snapshot = readers_.take();
    effects = OutboxQueue(snapshot->records()).oldest(name, kRoundEffectsMax, kRoundBytesMax);
    if (snapshot->failure() != nullptr) return Attempt::kRetryLater;
  }
  bool is_taken = true;
  for (auto& effect : effects) {
    if (is_stopping()) break;
    is_taken = queue.sink->deliver(effect.payload);
    if (!is_taken) break;
    delivered_.add();
    queue.delivered.push_back(std::move(effect.record_key));
  }
  const bool has_progress = !queue.delivered.empty();
  if (!erase_delivered(queue) || !is_taken) return Attempt::kRetryLater;
  return has_progress ? Attempt::kProgress : Attempt::kIdle;
}

bool Outbox::erase_delivered(Queue& queue) {
  if (queue.delivered.empty()) return true;
  const auto task = std::make_shared<WaitingTask>([&queue](Transaction& txn) {
    for (const auto& key : queue.delivered) as_write_transaction(txn).outbox().erase(key);
    return Verdict::kCommit;
  });
  writer_.queue(task);
  if (!task->wait()) return false;
  queue.delivered.clear();
  return true;
}

}  // namespace fogbank::storage
