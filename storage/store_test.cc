#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "storage/storage.h"
#include "storage/test_store.h"

namespace fogbank::storage {
namespace {

using Model = std::map<std::string, std::string, std::less<>>;

Model all_of(Transaction& txn) {
  Model model;
  Cursor cursor(txn);
  while (cursor.next()) model.emplace(cursor.key(), cursor.value());
  return model;
}

// Holds the writer thread until opened, so that what is queued meanwhile becomes one batch.
class Gate final : public WriteTask {
 public:
  Verdict run(Transaction&) override {
    std::unique_lock lock(mutex_);
    is_entered_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
    return Verdict::kRollBack;
  }
  void committed(const core::Result<void>&) override {}
  void wait_entered() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_entered_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_entered_ = false;
  bool is_open_ = false;
};

// Records in what order tasks ran and were told.
struct Journal {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<int> ran;
  std::vector<int> told;
  std::vector<std::string> errors;  // beside `told`; empty: success

  void wait_told(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return told.size() >= count; });
  }
};

class JournalTask final : public WriteTask {
 public:
  JournalTask(Journal& journal, int number, std::function<Verdict(Transaction&)> body)
      : journal_(journal), number_(number), body_(std::move(body)) {}
  Verdict run(Transaction& txn) override {
    {
      const std::lock_guard lock(journal_.mutex);
      journal_.ran.push_back(number_);
    }
    return body_(txn);
  }
  void committed(const core::Result<void>& outcome) override {
    const std::lock_guard lock(journal_.mutex);
    journal_.told.push_back(number_);
    journal_.errors.push_back(outcome ? "" : outcome.error().message);
    journal_.changed.notify_all();
  }

 private:
  Journal& journal_;
  int number_;
  std::function<Verdict(Transaction&)> body_;
};

uint64_t commits(TestStore& store) {
  return store.metrics().counter("fogbank_storage_commits_total", "outcome=\"ok\"").value();
}

// Queues `bodies` as one batch and waits until all are told.
void run_as_batch(TestStore& store, Journal& journal,
                  const std::vector<std::function<Verdict(Transaction&)>>& bodies) {
  const auto gate = std::make_shared<Gate>();
  store->write(gate);
  gate->wait_entered();
  int number = 0;
  for (const auto& body : bodies) {
    store->write(std::make_shared<JournalTask>(journal, number++, body));
  }
  gate->open();
  journal.wait_told(bodies.size());
}

TEST_CASE("what is put can be read, replaced and erased, and is there after reopening") {
  TestStore store(Durability::kStrict);
  store.put("queue/jobs", "1");
  store.put("queue/jobs", "2");
  store.put("queue/other", "");
  CHECK(store.get("queue/jobs") == "2");
  CHECK(store.get("queue/other").empty());
  CHECK(store.get("queue/none") == "(nothing)");
  store.write([](Transaction& txn) {
    CHECK(txn.erase("queue/other"));
    CHECK_FALSE(txn.erase("queue/other"));
  });
  store.open();
  CHECK(store.get("queue/jobs") == "2");
  CHECK(store.get("queue/other") == "(nothing)");
}

TEST_CASE("tasks queued during a commit share the next one and are told in their order") {
  TestStore store;
  Journal journal;
  std::vector<std::function<Verdict(Transaction&)>> bodies;
  for (std::size_t i = 0; i < kBatchTasksMax; ++i) {
    bodies.emplace_back([i](Transaction& txn) {
      txn.put("key" + std::to_string(i), "v");
      return Verdict::kCommit;
    });
  }
  const uint64_t before = commits(store);
  run_as_batch(store, journal, bodies);
  CHECK(commits(store) == before + 1);
  std::vector<int> expected;
  for (int i = 0; i < static_cast<int>(kBatchTasksMax); ++i) expected.push_back(i);
  CHECK(journal.ran == expected);
  CHECK(journal.told == expected);
}

TEST_CASE("a batch ends at its limit of tasks and of bytes") {
  struct Row {
    const char* name;
    std::size_t tasks, value_bytes;
    uint64_t commits;
  };
  const Row rows[] = {{"tasks at limit - 1", kBatchTasksMax - 1, 10, 1},
                      {"tasks at limit", kBatchTasksMax, 10, 1},
                      {"tasks at limit + 1", kBatchTasksMax + 1, 10, 2},
                      {"half the bytes each", 4, kBatchBytesMax / 2, 2},
                      {"all bytes each", 4, kBatchBytesMax, 4}};
  for (const auto& row : rows) {
    CAPTURE(row.name);
    TestStore store;
    Journal journal;
    const std::string value(row.value_bytes, 'v');
    std::vector<std::function<Verdict(Transaction&)>> bodies;
    for (std::size_t i = 0; i < row.tasks; ++i) {
      bodies.emplace_back([i, &value](Transaction& txn) {
        txn.put("key" + std::to_string(i), value);
        return Verdict::kCommit;
      });
    }
    run_as_batch(store, journal, bodies);
    CHECK(commits(store) == row.commits);
  }
}

TEST_CASE("rolling back undoes exactly one task of a batch") {
  TestStore store;
  Model model;
  KeySource source(99);
  for (int round = 0; round < 15; ++round) {
    Journal journal;
    std::vector<std::function<Verdict(Transaction&)>> bodies;
    for (int task = 0; task < 8; ++task) {
      bodies.emplace_back([&](Transaction& txn) {
        const Model before = model;
        for (int i = 0; i < 12; ++i) {
          const std::string key = source.key();
          if (source.below(3) == 0) {
            txn.erase(key);
            model.erase(key);
          } else {
            const std::string value = source.value();
            txn.put(key, value);
            model.insert_or_assign(key, value);
          }
        }
        CHECK(all_of(txn) == model);
        if (source.below(2) == 0) return Verdict::kCommit;
        model = before;
        return Verdict::kRollBack;
      });
    }
    run_as_batch(store, journal, bodies);
    const auto snapshot = store->read();
    REQUIRE(all_of(*snapshot) == model);
  }
}

TEST_CASE("a batch that keeps nothing is told without a commit") {
  TestStore store;
  Journal journal;
  const uint64_t before = commits(store);
  run_as_batch(store, journal, {[](Transaction& txn) {
                                  txn.put("key", "v");
                                  return Verdict::kRollBack;
                                },
                                [](Transaction& txn) {
                                  CHECK_FALSE(txn.get("key"));
                                  return Verdict::kCommit;
                                }});
  CHECK(journal.errors == std::vector<std::string>{"", ""});
  CHECK(commits(store) == before);
  CHECK(store.get("key") == "(nothing)");
}

TEST_CASE("a snapshot stays as it is while others write") {
  TestStore store;
  store.put("key", "old");
  const auto snapshot = store->read();
  store.put("key", "new");
  CHECK(snapshot->get("key") == "old");
  CHECK(store.get("key") == "new");
}

TEST_CASE("readers on many threads see whole transactions while one thread writes") {
  TestStore store;
  store.put("a", "0");
  store.put("b", "0");
  std::atomic<bool> is_done = false;
  std::atomic<int> torn = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      int last = 0;
      while (!is_done) {
        const auto snapshot = store->read();
        const std::string a(snapshot->get("a").value_or("?"));
        if (a != snapshot->get("b").value_or("!") || std::stoi(a) < last) ++torn;
        last = std::stoi(a);
      }
    });
  }
  for (int i = 1; i <= 300; ++i) {
    store.write([i](Transaction& txn) {
      txn.put("a", std::to_string(i));
      txn.put("b", std::to_string(i));
    });
  }
  is_done = true;
  for (auto& reader : readers) reader.join();
  CHECK(torn == 0);
}

TEST_CASE("tasks of many threads all run, each thread's in its order") {
  TestStore store;
  std::vector<Journal> journals(4);
  std::vector<std::thread> producers;
  for (auto& journal : journals) {
    producers.emplace_back([&store, &journal] {
      for (int i = 0; i < 200; ++i) {
        store->write(std::make_shared<JournalTask>(journal, i, [](Transaction& txn) {
          const int count = std::stoi(std::string(txn.get("count").value_or("0")));
          txn.put("count", std::to_string(count + 1));
          return Verdict::kCommit;
        }));
      }
    });
  }
  for (auto& producer : producers) producer.join();
  for (auto& journal : journals) {
    journal.wait_told(200);
    CHECK(std::is_sorted(journal.told.begin(), journal.told.end()));
  }
  CHECK(store.get("count") == "800");
}

TEST_CASE("keys and values are taken up to their limits and refused beyond") {
  TestStore store;
  struct Row {
    const char* name;
    std::size_t key_bytes, value_bytes;
    bool is_taken;
  };
  const Row rows[] = {{"key at limit - 1", kKeyBytesMax - 1, 1, true},
                      {"key at limit", kKeyBytesMax, 1, true},
                      {"key at limit + 1", kKeyBytesMax + 1, 1, false},
                      {"value at limit - 1", 10, kValueBytesMax - 1, true},
                      {"value at limit", 10, kValueBytesMax, true},
                      {"value at limit + 1", 10, kValueBytesMax + 1, false}};
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const std::string key(row.key_bytes, 'k');
    const std::string value(row.value_bytes, 'v');
    const auto outcome = write_and_wait(*store, [&](Transaction& txn) {
      txn.put(key, value);
      return Verdict::kCommit;
    });
    CHECK(outcome.has_value() == row.is_taken);
    const auto snapshot = store->read();
    CHECK(snapshot->get(key).has_value() == row.is_taken);
    if (row.is_taken) store.write([&](Transaction& txn) { CHECK(txn.erase(key)); });
  }
}

TEST_CASE("the store is private and locked while open") {
  TestStore store;
  struct stat status;
  REQUIRE(::stat(store.options().directory.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  REQUIRE(::stat(store.path("data.mdb").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);

  const auto second =
      Store::open(store.options(), store.log(), store.metrics(), store.random());
  REQUIRE_FALSE(second);
  CHECK(second.error().message.find("in use by process " + std::to_string(::getpid())) !=
        std::string::npos);
}

}  // namespace
}  // namespace fogbank::storage
