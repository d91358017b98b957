// kill -9 under load. The test starts its own program again as a writer whose threads put, erase,
// adopt blobs and emit effects, and report each step over a pipe: what they are about to erase,
// and what was acknowledged. It is killed after a random number of reports; then the store is
// opened and everything acknowledged must be there.
#include <doctest/doctest.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/text.h"
#include "storage/storage.h"
#include "storage/test_store.h"

namespace fogbank::storage {
namespace {

constexpr int kRounds = 50;
constexpr int kThreads = 4;
constexpr int kReportFd = 3;
constexpr char kWriterCase[] = "the writer that is killed";
constexpr std::string_view kQueue = "audit";

// Reports are "+key", "+key blob", "?key" (an erase begins) and "-key" (it is acknowledged).
void report(std::string line) {
  line.push_back('\n');
  [[maybe_unused]] const auto written = ::write(kReportFd, line.data(), line.size());
}

std::string value_of(std::string_view key) {
  std::string value;
  while (value.size() < 700) value.append(key).push_back('.');
  return value;
}

std::string key_of(const std::string& prefix, int thread, int number) {
  std::string key = prefix + "/" + std::to_string(thread) + "/" + std::to_string(number);
  if (number % 5 == 0) key.append(600, 'k');
  return key;
}

// A reported blob holds its key's value.
bool write_with_blob(Store& store, const std::string& key) {
  auto writer = store.create_blob();
  if (!writer || !(*writer)->write(core::as_bytes(value_of(key)))) return false;
  const auto blob = (*writer)->finish();
  if (!blob) return false;
  const auto outcome = write_and_wait(store, [&](Transaction& txn) {
    txn.adopt_blob(*blob);
    txn.put(key, blob->text);
    txn.emit({kQueue, key});
    return Verdict::kCommit;
  });
  if (outcome) report("+" + key + " " + blob->text);
  return outcome.has_value();
}

bool write_plain(Store& store, const std::string& key) {
  const auto outcome = write_and_wait(store, [&](Transaction& txn) {
    txn.put(key, value_of(key));
    txn.emit({kQueue, key});
    return Verdict::kCommit;
  });
  if (outcome) report("+" + key);
  return outcome.has_value();
}

bool erase(Store& store, const std::string& key) {
  report("?" + key);
  const auto outcome = write_and_wait(store, [&](Transaction& txn) {
    const auto value = txn.get(key);
    if (value && value->size() == 32) txn.release_blob(BlobId{std::string(*value)});
    txn.erase(key);
    return Verdict::kCommit;
  });
  if (outcome) report("-" + key);
  return outcome.has_value();
}

void write_until_killed(Store& store, const std::string& prefix, int thread) {
  for (int number = 0;; ++number) {
    const std::string key = key_of(prefix, thread, number);
    const bool is_written =
        number % 6 == 0 ? write_with_blob(store, key) : write_plain(store, key);
    if (!is_written) return;
    if (number % 4 == 3 && !erase(store, key_of(prefix, thread, number - 3))) return;
  }
}

TEST_CASE("the writer that is killed" * doctest::skip()) {
  const char* directory = ::getenv("FOGBANK_KILL_DIRECTORY");
  const char* prefix = ::getenv("FOGBANK_KILL_PREFIX");
  if (directory == nullptr || prefix == nullptr) return;  // only the test below starts it
  core::Log log(STDERR_FILENO, core::LogLevel::kError);
  core::Metrics metrics;
  core::SystemRandom random;
  // Both kinds must survive kill -9.
  const auto durability =
      std::string_view(prefix).ends_with('0') ? Durability::kRelaxed : Durability::kStrict;
  const auto store = Store::open({.directory = directory, .durability = durability}, log, metrics,
                                 random);
  REQUIRE(store);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] { write_until_killed(**store, prefix, thread); });
  }
  for (auto& thread : threads) thread.join();
}

// What the reports of all rounds promise.
struct Promises {
  std::map<std::string, std::string> present;  // key -> blob id, or empty
  std::set<std::string> uncertain;             // an erase began
  std::set<std::string> absent;
  std::set<std::string> effects;

  void note(std::string_view line) {
    const std::string key(line.substr(1, line.find(' ') - 1));
    if (line[0] == '+') {
      present[key] = line.find(' ') == std::string_view::npos
                         ? std::string()
                         : std::string(line.substr(line.find(' ') + 1));
      effects.insert(key);
      return;
    }
    present.erase(key);
    if (line[0] == '?') uncertain.insert(key);
    if (line[0] == '-') absent.insert(key), uncertain.erase(key);
  }
};

class KilledWriter final {
 public:
  KilledWriter(const std::string& directory, const std::string& prefix) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    reports_ = core::UniqueFd(ends[0]);
    const core::UniqueFd report_end(ends[1]);
    std::vector<std::string> words = {"storage_test", std::string("--test-case=") + kWriterCase,
                                      "--no-skip"};
    std::vector<std::string> settings = {"FOGBANK_KILL_DIRECTORY=" + directory,
                                         "FOGBANK_KILL_PREFIX=" + prefix};
    std::array<char*, 4> arguments{words[0].data(), words[1].data(), words[2].data(), nullptr};
    std::array<char*, 3> environment{settings[0].data(), settings[1].data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, report_end.get(), kReportFd);
    REQUIRE(::posix_spawn(&process_, "/proc/self/exe", &actions, nullptr, arguments.data(),
                          environment.data()) == 0);
    posix_spawn_file_actions_destroy(&actions);
  }

  // Kills it once `count` reports are there; hands all of them over.
  void kill_after(std::size_t count, Promises& promises) {
    while (count > 0) {
      const std::size_t lines = read_some(promises);
      if (lines == 0 && is_ended_) FAIL("the writer ended by itself");
      count -= std::min(count, lines);
    }
    ::kill(process_, SIGKILL);
    while (!is_ended_) read_some(promises);
    ::waitpid(process_, nullptr, 0);
  }

 private:
  std::size_t read_some(Promises& promises) {
    std::array<char, 4096> piece;
    const ssize_t bytes = ::read(reports_.get(), piece.data(), piece.size());
    if (bytes <= 0) {
      is_ended_ = true;
      return 0;
    }
    unread_.append(piece.data(), static_cast<std::size_t>(bytes));
    std::size_t lines = 0;
    std::size_t begin = 0;
    for (auto end = unread_.find('\n'); end != std::string::npos; end = unread_.find('\n', begin)) {
      promises.note(std::string_view(unread_).substr(begin, end - begin));
      begin = end + 1;
      ++lines;
    }
    unread_.erase(0, begin);
    return lines;
  }

  pid_t process_ = -1;
  core::UniqueFd reports_;
  std::string unread_;
  bool is_ended_ = false;
};

std::string content_of(Store& store, const std::string& id) {
  const auto file = store.open_blob(BlobId{id});
  if (!file) return "(nothing)";
  std::array<char, 4096> content;
  const ssize_t count = ::read(file->get(), content.data(), content.size());
  return {content.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

void require_kept(Store& store, const Promises& promises) {
  const auto snapshot = store.read();
  for (const auto& [key, blob] : promises.present) {
    CAPTURE(key);
    const auto value = snapshot->get(key);
    REQUIRE(value);
    REQUIRE(*value == (blob.empty() ? value_of(key) : blob));
    if (!blob.empty()) REQUIRE(content_of(store, blob) == value_of(key));
  }
  for (const auto& key : promises.absent) REQUIRE_FALSE(snapshot->get(key));
  // What was not acknowledged is whole or not there.
  Cursor cursor(*snapshot);
  while (cursor.next()) {
    if (promises.present.contains(std::string(cursor.key()))) continue;
    const std::string expected = value_of(cursor.key());
    const bool is_whole = cursor.value() == expected ||
                          content_of(store, std::string(cursor.value())) == expected;
    REQUIRE(is_whole);
  }
}

class CollectingSink final : public EffectSink {
 public:
  explicit CollectingSink(std::set<std::string> expected) : missing_(std::move(expected)) {}
  bool deliver(std::string_view payload) override {
    const std::lock_guard lock(mutex_);
    missing_.erase(std::string(payload));
    if (missing_.empty()) changed_.notify_all();
    return true;
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return missing_.empty(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> missing_;
};

TEST_CASE("kill -9 under load loses no acknowledged write (50 times)") {
  TestStore store;
  std::mt19937 chance(std::random_device{}());
  Promises promises;
  for (int round = 0; round < kRounds; ++round) {
    CAPTURE(round);
    store.close();
    KilledWriter writer(store.options().directory, "round" + std::to_string(round));
    writer.kill_after(chance() % 10 == 0 ? 0 : 1 + chance() % 250, promises);
    store.open();
    require_kept(*store, promises);
  }
  MESSAGE("acknowledged: ", promises.effects.size(), " puts, ", promises.absent.size(), " erases");
  CHECK(promises.effects.size() > 1000);
  CollectingSink sink(promises.effects);
  store->set_effect_sink(kQueue, sink);
  sink.wait();
  store.close();
}

}  // namespace
}  // namespace fogbank::storage
