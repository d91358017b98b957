#include "core/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

namespace fogbank::core {
namespace {

constexpr int kPassesPerRound = 4;  // so that descriptors get their turn whatever is posted

int64_t read_monotonic_ms() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1'000'000;
}

// epoll carries descriptor and generation, so that an event of a closed and reused descriptor
// is recognised as stale.
uint64_t pack(int fd, uint32_t generation) {
  return (static_cast<uint64_t>(generation) << 32) | static_cast<uint32_t>(fd);
}

}  // namespace

Result<std::unique_ptr<EventLoop>> EventLoop::create() {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.is_open()) return system_error("event loop: epoll_create1", errno);
  UniqueFd wakeup(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wakeup.is_open()) return system_error("event loop: eventfd", errno);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = pack(wakeup.get(), 0);
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wakeup.get(), &event) != 0) {
    return system_error("event loop: epoll_ctl", errno);
  }
  return std::unique_ptr<EventLoop>(new EventLoop(std::move(epoll), std::move(wakeup)));
}

EventLoop::EventLoop(UniqueFd epoll, UniqueFd wakeup)
    : epoll_(std::move(epoll)), wakeup_(std::move(wakeup)), now_ms_(read_monotonic_ms()) {}

EventLoop::~EventLoop() = default;

Result<void> EventLoop::watch(int fd, uint32_t events, Watcher& watcher) {
  const uint32_t generation = next_generation_++;
  epoll_event event{};
  event.events = events;
  event.data.u64 = pack(fd, generation);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    return system_error("event loop: cannot watch a descriptor", errno);
  }
  watched_[fd] = {&watcher, generation};
  return {};
}

void EventLoop::change(int fd, uint32_t events) {
  const auto at = watched_.find(fd);
  check(at != watched_.end(), "change() names a watched descriptor");
  epoll_event event{};
  event.events = events;
  event.data.u64 = pack(fd, at->second.generation);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void EventLoop::unwatch(int fd) {
  if (watched_.erase(fd) > 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

TimerId EventLoop::after(int64_t delay_ms, std::function<void()> action) {
  const TimerId id = next_timer_++;
  const int64_t deadline = read_monotonic_ms() + std::max<int64_t>(delay_ms, 0);
  deadlines_.emplace(deadline, id);
  timers_.emplace(id, Timer{deadline, std::move(action)});
  return id;
}

void EventLoop::cancel(TimerId timer) {
  const auto at = timers_.find(timer);
  if (at == timers_.end()) return;
  deadlines_.erase({at->second.deadline_ms, timer});
  timers_.erase(at);
}

void EventLoop::post(std::function<void()> work) {
  const bool was_empty = posted_.with([&](auto& queue) {
    queue.push_back(std::move(work));
    return queue.size() == 1;
  });
  if (!was_empty) return;
  if (::pthread_equal(thread_.load(std::memory_order_relaxed), ::pthread_self()) != 0) {
    has_own_work_ = true;  // the loop is awake, here
    return;
  }
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wakeup_.get(), &one, sizeof one);
}

void EventLoop::stop() {
  post([this] { is_stopping_ = true; });
}

int EventLoop::wait_ms() const {
  if (has_own_work_) return 0;
  if (deadlines_.empty()) return -1;
  const int64_t left = deadlines_.begin()->first - read_monotonic_ms();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 60'000));
}

void EventLoop::run_timers() {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now_ms_) {
    const TimerId id = deadlines_.begin()->second;
    deadlines_.erase(deadlines_.begin());
    const auto at = timers_.find(id);
    auto action = std::move(at->second.action);
    timers_.erase(at);
    action();
  }
}

void EventLoop::run_posted() {
  has_own_work_ = false;
  std::vector<std::function<void()>> work;
  posted_.with([&](auto& queue) { work.swap(queue); });
  for (auto& item : work) item();
}

void EventLoop::run() {
  std::array<epoll_event, 128> events{};
  is_stopping_ = false;
  thread_ = ::pthread_self();
  while (!is_stopping_) {
    const int n =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms());
    check(n >= 0 || errno == EINTR, "epoll_wait fails only by signal");
    now_ms_ = read_monotonic_ms();
    for (int i = 0; i < n; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const auto fd = static_cast<int>(event.data.u64 & 0xffffffff);
      if (fd == wakeup_.get()) {
        uint64_t count = 0;
        [[maybe_unused]] const auto got = ::read(fd, &count, sizeof count);
        continue;
      }
      const auto at = watched_.find(fd);
      if (at == watched_.end() || at->second.generation != event.data.u64 >> 32) continue;
      at->second.watcher->on_ready(event.events);
    }
    run_timers();
    run_posted();
    // What posted work posts, as an answer that is to be sent, need not wait for another round.
    for (int pass = 1; pass < kPassesPerRound && has_own_work_; ++pass) run_posted();
  }
  thread_ = pthread_t{};
}

}  // namespace fogbank::core
