// A thin loop over epoll(7): descriptors, timers and work handed in from other threads. One per
// worker thread; everything but post() and stop() belongs to the thread that calls run().
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/fd.h"
#include "core/guarded.h"
#include "core/result.h"

namespace fogbank::core {

// Told about a descriptor. `events` is a mask of EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR …
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void on_ready(uint32_t events) = 0;
};

using TimerId = uint64_t;  // 0 is never a timer

class EventLoop final {
 public:
  static Result<std::unique_ptr<EventLoop>> create();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  // Reports `events` of `fd` (level-triggered unless EPOLLET is given) to `watcher`, which must
  // live until unwatch(). The descriptor stays the caller's.
  Result<void> watch(int fd, uint32_t events, Watcher& watcher);
  void change(int fd, uint32_t events);
  // After this returns the watcher is not called again, not even for events already fetched.
  void unwatch(int fd);

  // Calls `action` once, `delay_ms` from now.
  TimerId after(int64_t delay_ms, std::function<void()> action);
  void cancel(TimerId timer);  // of a timer that has run or never was: no effect

  // Runs `work` on the loop's thread, soon. Thread-safe; may be called before run().
  void post(std::function<void()> work);

  void run();   // returns after stop()
  void stop();  // thread-safe and usable from any callback; posted work still runs first
  [[nodiscard]] int64_t monotonic_ms() const { return now_ms_; }  // as of this round

 private:
  EventLoop(UniqueFd epoll, UniqueFd wakeup);
  [[nodiscard]] int wait_ms() const;
  void run_timers();
  void run_posted();

  struct Watched {
    Watcher* watcher;
    uint32_t generation;
  };
  UniqueFd epoll_;
  UniqueFd wakeup_;
  std::unordered_map<int, Watched> watched_;
  uint32_t next_generation_ = 1;
  std::set<std::pair<int64_t, TimerId>> deadlines_;
  struct Timer {
    int64_t deadline_ms;
    std::function<void()> action;
  };
  std::unordered_map<TimerId, Timer> timers_;
  TimerId next_timer_ = 1;
  Guarded<std::vector<std::function<void()>>> posted_;
  std::atomic<pthread_t> thread_{};  // that is in run()
  bool has_own_work_ = false;        // posted by that thread
  bool is_stopping_ = false;
  int64_t now_ms_ = 0;
};

}  // namespace fogbank::core
