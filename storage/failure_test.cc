// Failures of the disk and the engine, provoked: full map, failing writes, unknown layout.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/text.h"
#include "storage/environment.h"
#include "storage/layout.h"
#include "storage/records.h"
#include "storage/storage.h"
#include "storage/test_store.h"

namespace fogbank::storage {
namespace {

core::Result<void> try_put(TestStore& store, const std::string& key, const std::string& value) {
  return write_and_wait(*store, [&](Transaction& txn) {
    txn.put(key, value);
    return Verdict::kCommit;
  });
}

// No file of this process grows beyond its present end: write(2) fails with EFBIG, as it fails
// with ENOSPC on a full disk.
class FullDisk final {
 public:
  FullDisk() {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    old_handler_ = ::signal(SIGXFSZ, SIG_IGN);
    rlimit none = before_;
    none.rlim_cur = 1;
    ::setrlimit(RLIMIT_FSIZE, &none);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit before_{};
  void (*old_handler_)(int) = nullptr;
};

TEST_CASE("a full map fails the write, says how to mend it, and harms nothing else") {
  TestStore store(Durability::kStrict, 256 * 1024);
  store.put("early", "value");
  const auto outcome = try_put(store, "large", std::string(1 << 20, 'v'));
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().message.find("storage.map_bytes") != std::string::npos);
  CHECK(store.get("early") == "value");
  CHECK(store.get("large") == "(nothing)");
  store.put("late", "value");
  store.open();
  CHECK(store.get("early") == "value");
  CHECK(store.get("late") == "value");
}

// Queues everything from the writer thread itself, so that it becomes one batch.
class Together final : public WriteTask {
 public:
  Together(Store& store, std::vector<std::shared_ptr<WriteTask>> tasks)
      : store_(store), tasks_(std::move(tasks)) {}
  Verdict run(Transaction&) override {
    for (auto& task : tasks_) store_.write(std::move(task));
    tasks_.clear();
    return Verdict::kRollBack;
  }
  void committed(const core::Result<void>&) override {}

 private:
  Store& store_;
  std::vector<std::shared_ptr<WriteTask>> tasks_;
};

class PutTask final : public WriteTask {
 public:
  PutTask(std::string key, std::string value) : key_(std::move(key)), value_(std::move(value)) {}
  Verdict run(Transaction& txn) override {
    ++runs;
    txn.put(key_, value_);
    return Verdict::kCommit;
  }
  void committed(const core::Result<void>& outcome) override {
    const std::lock_guard lock(mutex_);
    outcome_ = outcome;
    changed_.notify_all();
  }
  core::Result<void> wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return outcome_.has_value(); });
    return *outcome_;
  }
  int runs = 0;  // read it after wait()

 private:
  std::string key_, value_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<core::Result<void>> outcome_;
};

TEST_CASE("one task that fails does not harm the others of its batch") {
  TestStore store(Durability::kStrict, 1U << 20);
  const auto before = std::make_shared<PutTask>("before", "v");
  const auto failing = std::make_shared<PutTask>("failing", std::string(4U << 20, 'v'));
  const auto behind = std::make_shared<PutTask>("behind", "v");
  store->write(std::make_shared<Together>(
      *store, std::vector<std::shared_ptr<WriteTask>>{before, failing, behind}));
  CHECK(before->wait());
  CHECK_FALSE(failing->wait());
  CHECK(behind->wait());
  CHECK(before->runs == 2);
  CHECK(store.get("before") == "v");
  CHECK(store.get("failing") == "(nothing)");
  CHECK(store.get("behind") == "v");
}

TEST_CASE("a commit that the disk refuses is told, and the store goes on when there is room") {
  for (const auto durability : {Durability::kStrict, Durability::kRelaxed}) {
    TestStore store(durability);
    store.put("early", "value");
    {
      const FullDisk full_disk;
      CHECK_FALSE(try_put(store, "refused", std::string(100'000, 'v')));
      CHECK(store.get("early") == "value");
      auto blob = store->create_blob();
      REQUIRE(blob);
      CHECK_FALSE((*blob)->write(core::as_bytes("content")));
      CHECK_FALSE((*blob)->finish());
    }
    CHECK(store.get("refused") == "(nothing)");
    REQUIRE(try_put(store, "late", "value"));
    store.open();
    CHECK(store.get("early") == "value");
    CHECK(store.get("late") == "value");
    CHECK(store.get("refused") == "(nothing)");
  }
}

TEST_CASE("a store of another layout version is refused, and the message says so") {
  TestStore store;
  store.close();
  {
    auto engine = open_engine(store.options());
    REQUIRE(engine);
    MDB_txn* transaction = nullptr;
    REQUIRE(mdb_txn_begin(engine->environment.get(), nullptr, 0, &transaction) == MDB_SUCCESS);
    Records records;
    records.bind(transaction, engine->database, Access::kWrite);
    records.put(RecordKey(Space::kMeta, kLayoutVersionName).view(),
                as_view(encode_number(kLayoutVersion + 1)));
    records.unbind();
    REQUIRE(mdb_txn_commit(transaction) == MDB_SUCCESS);
  }
  const auto opened = Store::open(store.options(), store.log(), store.metrics(), store.random());
  REQUIRE_FALSE(opened);
  CHECK(opened.error().message.find("has layout 2, this fogbank reads layout 1") !=
        std::string::npos);
}

TEST_CASE("a directory that cannot be made or a file that is no store is an error") {
  TestStore store;
  StoreOptions options = store.options();
  options.directory += "/missing/state";
  const auto missing = Store::open(options, store.log(), store.metrics(), store.random());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.find(options.directory) != std::string::npos);

  store.close();
  FILE* file = std::fopen(store.path("data.mdb").c_str(), "w");
  REQUIRE(file != nullptr);
  std::fputs(std::string(8192, 'x').c_str(), file);
  std::fclose(file);
  const auto damaged = Store::open(store.options(), store.log(), store.metrics(), store.random());
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().message.find("data.mdb") != std::string::npos);
}

TEST_CASE("a damaged key marker fails the transaction instead of answering wrongly") {
  TestStore store;
  const std::string key(kSegmentBytes + 5, 'k');
  store.put(key, "value");
  store.close();
  {
    auto engine = open_engine(store.options());
    REQUIRE(engine);
    MDB_txn* transaction = nullptr;
    REQUIRE(mdb_txn_begin(engine->environment.get(), nullptr, 0, &transaction) == MDB_SUCCESS);
    Records records;
    records.bind(transaction, engine->database, Access::kWrite);
    records.put(RecordKey::marker(kRootLevel, key.substr(0, kSegmentBytes)).view(), "short");
    records.unbind();
    REQUIRE(mdb_txn_commit(transaction) == MDB_SUCCESS);
  }
  store.open();
  const auto snapshot = store->read();
  CHECK_FALSE(snapshot->get(key));
  CHECK(snapshot->failure() != nullptr);
  Cursor cursor(*snapshot);
  CHECK_FALSE(cursor.seek({}));
}

}  // namespace
}  // namespace fogbank::storage
