#include "core/event_loop.h"

#include <doctest/doctest.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <future>
#include <string>

namespace fogbank::core {
namespace {

std::unique_ptr<EventLoop> make_loop() {
  auto loop = EventLoop::create();
  REQUIRE(loop);
  return std::move(*loop);
}

// Counts its calls and then does what it is told.
class CountingWatcher final : public Watcher {
 public:
  explicit CountingWatcher(std::function<void()> then) : then_(std::move(then)) {}
  void on_ready(uint32_t) override {
    ++calls;
    then_();
  }
  int calls = 0;

 private:
  std::function<void()> then_;
};

TEST_CASE("work posted before and while the loop runs is done in order") {
  auto loop = make_loop();
  std::string order;
  loop->post([&] {
    order += "a";
    loop->post([&] {
      order += "c";
      for (int i = 0; i < 10; ++i) loop->post([&] { order += "d"; });
      loop->post([&] { loop->post([&] { loop->post([&] { loop->stop(); }); }); });
    });
    order += "b";
  });
  loop->run();
  CHECK(order == "abcdddddddddd");
}

TEST_CASE("work posted by another thread wakes the loop") {
  auto loop = make_loop();
  std::promise<void> done;
  std::future<void> runner = std::async(std::launch::async, [&] { loop->run(); });
  for (int i = 0; i < 1000; ++i) loop->post([] {});
  loop->post([&] { loop->post([&] { done.set_value(); }); });
  done.get_future().wait();
  loop->stop();
  runner.get();
}

TEST_CASE("timers run in the order of their deadlines, and not when cancelled") {
  auto loop = make_loop();
  std::string order;
  loop->after(20, [&] {
    order += "c";
    loop->stop();
  });
  loop->after(10, [&] { order += "b"; });
  loop->after(0, [&] { order += "a"; });
  const TimerId cancelled = loop->after(5, [&] { order += "x"; });
  loop->cancel(cancelled);
  loop->cancel(cancelled);
  loop->run();
  CHECK(order == "abc");
}

TEST_CASE("a watcher is not called after unwatch, not even for events already fetched") {
  auto loop = make_loop();
  std::array<int, 2> first{};
  std::array<int, 2> second{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, first.data()) == 0);
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, second.data()) == 0);
  const UniqueFd ends[] = {UniqueFd(first[0]), UniqueFd(first[1]), UniqueFd(second[0]),
                           UniqueFd(second[1])};
  int calls = 0;
  const auto stop_all = [&] {
    ++calls;
    loop->unwatch(first[0]);
    loop->unwatch(second[0]);
    loop->post([&] { loop->stop(); });
  };
  CountingWatcher a(stop_all);
  CountingWatcher b(stop_all);
  REQUIRE(loop->watch(first[0], EPOLLIN, a));
  REQUIRE(loop->watch(second[0], EPOLLIN, b));
  REQUIRE(::send(first[1], "x", 1, 0) == 1);
  REQUIRE(::send(second[1], "x", 1, 0) == 1);
  loop->run();
  CHECK(calls == 1);
  CHECK(a.calls + b.calls == 1);
}

}  // namespace
}  // namespace fogbank::core
