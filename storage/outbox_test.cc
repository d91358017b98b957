#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "storage/outbox_queue.h"
#include "storage/storage.h"
#include "storage/test_store.h"
#include "storage/transactions.h"

namespace fogbank::storage {
namespace {

// Takes what it is given, after refusing as often as told.
class TestSink final : public EffectSink {
 public:
  explicit TestSink(int refusals = 0) : refusals_(refusals) {}

  bool deliver(std::string_view payload) override {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
    if (refusals_ > 0) {
      --refusals_;
      refused_.emplace_back(payload);
      return false;
    }
    taken_.emplace_back(payload);
    return true;
  }
  std::vector<std::string> wait_taken(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return taken_.size() >= count; });
    return taken_;
  }
  std::vector<std::string> wait_refused(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return refused_.size() >= count; });
    return refused_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int refusals_;
  std::vector<std::string> taken_;
  std::vector<std::string> refused_;
};

using Texts = std::vector<std::string>;

std::size_t waiting(TestStore& store, std::string_view queue) {
  const auto snapshot = store->read();
  auto& records = static_cast<ReadTransaction&>(*snapshot).records();
  return OutboxQueue(records).oldest(queue, 1000, 1U << 20).size();
}

TEST_CASE("effects of committed tasks are delivered in order, those of undone tasks never") {
  TestStore store;
  TestSink sink;
  store->set_effect_sink("sqs", sink);
  store.write([](Transaction& txn) {
    txn.emit({"sqs", "one"});
    txn.emit({"sqs", "two"});
  });
  REQUIRE(write_and_wait(*store, [](Transaction& txn) {
    txn.emit({"sqs", "undone"});
    return Verdict::kRollBack;
  }));
  store.write([](Transaction& txn) { txn.emit({"sqs", "three"}); });
  CHECK(sink.wait_taken(3) == Texts{"one", "two", "three"});
  store.close();
  store.open();
  CHECK(waiting(store, "sqs") == 0);
}

TEST_CASE("a refused effect is tried again and holds back only its own queue") {
  TestStore store;
  TestSink reluctant(2);
  TestSink willing;
  store->set_effect_sink("lambda", reluctant);
  store->set_effect_sink("sqs", willing);
  store.write([](Transaction& txn) {
    txn.emit({"lambda", "one"});
    txn.emit({"lambda", "two"});
    txn.emit({"sqs", "other"});
  });
  CHECK(willing.wait_taken(1) == Texts{"other"});
  CHECK(reluctant.wait_taken(2) == Texts{"one", "two"});
  CHECK(reluctant.wait_refused(2) == Texts{"one", "one"});
  store.close();  // before the sinks go
}

TEST_CASE("effects without a sink wait, over a restart too") {
  TestStore store;
  store.write([](Transaction& txn) {
    txn.emit({"sns", "one"});
    txn.emit({"sn", "of a queue whose name begins the same"});
  });
  store.open();
  CHECK(waiting(store, "sns") == 1);
  TestSink sink;
  store->set_effect_sink("sns", sink);
  CHECK(sink.wait_taken(1) == Texts{"one"});
  CHECK(waiting(store, "sn") == 1);
  store.close();
}

TEST_CASE("after a restart delivery goes on with the first effect that was not taken") {
  TestStore store;
  TestSink refusing(1'000'000);
  store->set_effect_sink("sqs", refusing);
  store.write([](Transaction& txn) {
    for (int i = 0; i < 200; ++i) txn.emit({"sqs", std::to_string(i)});
  });
  CHECK(refusing.wait_refused(1)[0] == "0");
  store.open();
  TestSink sink;
  store->set_effect_sink("sqs", sink);
  const auto taken = sink.wait_taken(200);
  for (std::size_t i = 0; i < taken.size(); ++i) CHECK(taken[i] == std::to_string(i));
  store.close();
}

TEST_CASE("a sink may write to the store, and what it emits is delivered as well") {
  TestStore store;
  TestSink sink;
  class Forwarder final : public EffectSink {
   public:
    explicit Forwarder(Store& store) : store_(store) {}
    bool deliver(std::string_view payload) override {
      return write_and_wait(store_, [&](Transaction& txn) {
               txn.put("forwarded", payload);
               txn.emit({"last", payload});
               return Verdict::kCommit;
             }).has_value();
    }

   private:
    Store& store_;
  };
  Forwarder forwarder(*store);
  store->set_effect_sink("first", forwarder);
  store->set_effect_sink("last", sink);
  store.write([](Transaction& txn) { txn.emit({"first", "message"}); });
  CHECK(sink.wait_taken(1) == Texts{"message"});
  CHECK(store.get("forwarded") == "message");
  store.close();
}

}  // namespace
}  // namespace fogbank::storage
