// kill -9 under load: kill_writer.cc is started, killed after a random number of reports, and the
// store is opened; everything acknowledged must be there.
#include <doctest/doctest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "storage/kill_protocol.h"
#include "storage/storage.h"
#include "storage/test_store.h"

namespace fogbank::storage {
namespace {

constexpr int kRounds = 50;

// What the reports of all rounds promise.
struct Promises {
  std::map<std::string, std::string> present;  // key -> blob id, or empty
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
    present.erase(key);  // from the beginning of its erase on, either is right
    if (line[0] == '-') absent.insert(key);
  }
};

// The build puts it beside the test.
std::string writer_program() {
  std::array<char, 4096> path{};
  const ssize_t bytes = ::readlink("/proc/self/exe", path.data(), path.size());
  std::string program(path.data(), static_cast<std::size_t>(std::max<ssize_t>(bytes, 0)));
  program.erase(program.rfind('/') + 1);
  return program + "storage_kill_writer";
}

class KilledWriter final {
 public:
  KilledWriter(const std::string& directory, const std::string& prefix,
               const std::string& durability) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    reports_ = core::UniqueFd(ends[0]);
    const core::UniqueFd report_end(ends[1]);
    std::array<std::string, 4> words{writer_program(), directory, prefix, durability};
    std::array<char*, 5> arguments{words[0].data(), words[1].data(), words[2].data(),
                                   words[3].data(), nullptr};
    std::array<char*, 1> environment{nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, report_end.get(), kReportFd);
    REQUIRE(::posix_spawn(&process_, words[0].c_str(), &actions, nullptr, arguments.data(),
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
    // Both must survive kill -9.
    KilledWriter writer(store.options().directory, "round" + std::to_string(round),
                        round % 5 == 0 ? "relaxed" : "strict");
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
