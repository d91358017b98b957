// Measures the store: committed puts per second by number of producers, with one put of 1 KB under
// a random or an ascending key per task, each producer waiting for its commit as a request does;
// then get, cursor steps and read transactions on one thread, and blobs of 1 KB and 1 MB.
//
//   storage_bench DIRECTORY [seconds per figure]      DIRECTORY lies on the disk to measure
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "core/text.h"
#include "storage/storage.h"

namespace fogbank {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct Bench {
  std::string directory;
  double seconds = 1;
  core::Log log{STDERR_FILENO, core::LogLevel::kError};
  core::Metrics metrics;
  core::SystemRandom random;

  std::unique_ptr<storage::Store> open(const std::string& name, storage::Durability durability) {
    auto store = storage::Store::open(
        {.directory = directory + "/" + name, .durability = durability}, log, metrics, random);
    core::check(store.has_value(), "the benchmark's directory is fresh and writable");
    return *std::move(store);
  }
};

enum class Order : uint8_t { kRandom, kAscending };

std::string key_of(core::RandomSource& random, Order order, std::atomic<uint64_t>& last) {
  const uint64_t number = order == Order::kRandom ? random.number() : ++last;
  char text[24];
  std::snprintf(text, sizeof text, "k%016" PRIx64, number);
  return text;
}

void measure_puts(Bench& bench, storage::Store& store, const char* name) {
  const std::string value(1024, 'v');
  std::atomic<uint64_t> last = 0;
  core::Counter& commits =
      bench.metrics.counter("fogbank_storage_commits_total", "outcome=\"ok\"");
  for (const Order order : {Order::kRandom, Order::kAscending}) {
    for (const int producers : {1, 4, 16, 64, 256}) {
      std::atomic<bool> is_done = false;
      std::atomic<uint64_t> puts = 0;
      const uint64_t commits_before = commits.value();
      const auto begin = Clock::now();
      std::vector<std::thread> threads;
      for (int i = 0; i < producers; ++i) {
        threads.emplace_back([&] {
          while (!is_done) {
            const std::string key = key_of(bench.random, order, last);
            const auto outcome = storage::write_and_wait(store, [&](storage::Transaction& txn) {
              txn.put(key, value);
              return storage::Verdict::kCommit;
            });
            core::check(outcome.has_value(), "puts of the benchmark succeed");
            ++puts;
          }
        });
      }
      std::this_thread::sleep_for(std::chrono::duration<double>(bench.seconds));
      is_done = true;
      for (auto& thread : threads) thread.join();
      const double took = seconds_since(begin);
      const auto count = static_cast<double>(puts.load());
      std::printf("put 1 KB, %s, %s keys, %3d producers: %8.0f/s, %4.1f per commit\n", name,
                  order == Order::kRandom ? "random" : "ascending", producers, count / took,
                  count / static_cast<double>(commits.value() - commits_before));
    }
  }
}

// The cost of the writer alone: tasks of many puts, so that neither waiting nor syncing shows.
void measure_writer(Bench& bench, storage::Store& store) {
  const std::string value(100, 'v');
  std::atomic<uint64_t> last = 0;
  uint64_t puts = 0;
  const auto begin = Clock::now();
  while (seconds_since(begin) < bench.seconds) {
    (void)storage::write_and_wait(store, [&](storage::Transaction& txn) {
      for (int i = 0; i < 5000; ++i) txn.put(key_of(bench.random, Order::kAscending, last), value);
      return storage::Verdict::kCommit;
    });
    puts += 5000;
  }
  std::printf("put 100 B, relaxed, ascending keys, 5000 a task: %.0f ns\n",
              seconds_since(begin) * 1e9 / static_cast<double>(puts));
}

template <class Step>
void measure_loop(Bench& bench, const char* name, Step step) {
  uint64_t steps = 0;
  const auto begin = Clock::now();
  while (seconds_since(begin) < bench.seconds) {
    for (int i = 0; i < 1000; ++i) step();
    steps += 1000;
  }
  std::printf("%s: %.0f ns\n", name, seconds_since(begin) * 1e9 / static_cast<double>(steps));
}

void measure_reads(Bench& bench, storage::Store& store) {
  constexpr uint64_t kKeys = 100'000;
  std::vector<std::string> keys;
  std::atomic<uint64_t> last = 0;
  const std::string value(100, 'v');
  for (uint64_t i = 0; i < kKeys; ++i) keys.push_back(key_of(bench.random, Order::kRandom, last));
  (void)storage::write_and_wait(store, [&](storage::Transaction& txn) {
    for (const auto& key : keys) txn.put(key, value);
    return storage::Verdict::kCommit;
  });
  std::size_t at = 0;
  const auto next_key = [&]() -> const std::string& { return keys[at++ % keys.size()]; };
  measure_loop(bench, "read transaction, begin and end", [&] { (void)store.read(); });
  measure_loop(bench, "read transaction with one get", [&] {
    core::check(store.read()->get(next_key()).has_value(), "found");
  });
  const auto snapshot = store.read();
  measure_loop(bench, "get 100 B of 100k keys",
               [&] { core::check(snapshot->get(next_key()).has_value(), "found"); });
  measure_loop(bench, "cursor made, one seek", [&] {
    storage::Cursor cursor(*snapshot);
    core::check(cursor.seek(next_key()), "found");
  });
  storage::Cursor cursor(*snapshot);
  measure_loop(bench, "cursor next", [&] {
    if (!cursor.next()) cursor.seek({});
  });
}

void measure_blobs(Bench& bench, storage::Store& store, const char* name) {
  for (const std::size_t bytes : {std::size_t{1024}, std::size_t{1} << 20}) {
    const std::string content(bytes, 'c');
    uint64_t blobs = 0;
    const auto begin = Clock::now();
    while (seconds_since(begin) < bench.seconds) {
      auto writer = store.create_blob();
      core::check(writer && (*writer)->write(core::as_bytes(content)), "blobs can be written");
      const auto blob = (*writer)->finish();
      core::check(blob.has_value(), "blobs can be finished");
      (void)storage::write_and_wait(store, [&](storage::Transaction& txn) {
        txn.adopt_blob(*blob);
        return storage::Verdict::kCommit;
      });
      ++blobs;
    }
    std::printf("blob %zu B, %s, written, adopted, committed: %.0f/s\n", bytes, name,
                static_cast<double>(blobs) / seconds_since(begin));
  }
}

}  // namespace
}  // namespace fogbank

int main(int count, char** words) {
  using fogbank::storage::Durability;
  if (count < 2) {
    std::fprintf(stderr, "usage: storage_bench DIRECTORY [seconds per figure]\n");
    return 2;
  }
  fogbank::Bench bench;
  bench.directory = words[1];
  if (count > 2) bench.seconds = fogbank::core::parse_number<int>(words[2]).value_or(1);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  // Durable figures first, and a clean slate for each: what is still to be written back would be
  // charged to them.
  {
    const auto store = bench.open("strict-blobs", Durability::kStrict);
    fogbank::measure_blobs(bench, *store, "strict");
  }
  ::sync();
  {
    const auto store = bench.open("strict", Durability::kStrict);
    fogbank::measure_puts(bench, *store, "strict");
  }
  ::sync();
  {
    const auto store = bench.open("relaxed", Durability::kRelaxed);
    fogbank::measure_puts(bench, *store, "relaxed");
    fogbank::measure_blobs(bench, *store, "relaxed");
  }
  ::sync();
  const auto store = bench.open("reads", Durability::kRelaxed);
  fogbank::measure_writer(bench, *store);
  fogbank::measure_reads(bench, *store);
}
