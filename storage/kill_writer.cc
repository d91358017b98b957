// The program that kill_test.cc kills: kill_writer DIRECTORY PREFIX strict|relaxed. Its threads
// put, erase, adopt blobs and emit effects until then, and report as kill_protocol.h says.
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "core/text.h"
#include "storage/kill_protocol.h"
#include "storage/storage.h"

namespace fogbank::storage {
namespace {

constexpr int kThreads = 4;

void report(std::string line) {
  line.push_back('\n');
  [[maybe_unused]] const auto written = ::write(kReportFd, line.data(), line.size());
}

std::string key_of(const std::string& prefix, int thread, int number) {
  std::string key = prefix + "/" + std::to_string(thread) + "/" + std::to_string(number);
  if (number % 5 == 0) key.append(600, 'k');
  return key;
}

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

int run(const std::string& directory, const std::string& prefix, Durability durability) {
  core::Log log(STDERR_FILENO, core::LogLevel::kError);
  core::Metrics metrics;
  core::SystemRandom random;
  const auto store =
      Store::open({.directory = directory, .durability = durability}, log, metrics, random);
  if (!store) {
    log.error("kill_writer_cannot_open", {{"error", store.error().message}});
    return 1;
  }
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] { write_until_killed(**store, prefix, thread); });
  }
  for (auto& thread : threads) thread.join();
  return 1;
}

}  // namespace
}  // namespace fogbank::storage

int main(int count, char** words) {
  using fogbank::storage::Durability;
  if (count != 4) return 2;
  const bool is_strict = std::string(words[3]) == "strict";
  return fogbank::storage::run(words[1], words[2],
                               is_strict ? Durability::kStrict : Durability::kRelaxed);
}
