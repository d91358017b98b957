// What this room's tests share: a store in a temporary folder, and a deterministic source of
// awkward keys.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>

#include <functional>
#include <memory>
#include <random>
#include <string>

#include "core/random.h"
#include "storage/layout.h"
#include "storage/storage.h"
#include "tests/support/temp_dir.h"

namespace fogbank::storage {

class TestStore final {
 public:
  explicit TestStore(Durability durability = Durability::kRelaxed,
                     uint64_t map_bytes = 1ULL << 30)
      : options_{.directory = folder_.path("state"),
                 .durability = durability,
                 .map_bytes = map_bytes} {
    open();
  }

  Store& operator*() { return *store_; }
  Store* operator->() { return store_.get(); }
  void open() {
    close();
    auto opened = Store::open(options_, log_, metrics_, random_);
    if (!opened) FAIL(opened.error().message);
    store_ = *std::move(opened);
  }
  void close() { store_.reset(); }

  StoreOptions& options() { return options_; }
  core::Log& log() { return log_; }
  core::Metrics& metrics() { return metrics_; }
  core::RandomSource& random() { return random_; }
  [[nodiscard]] std::string path(const std::string& name) const {
    return options_.directory + "/" + name;
  }

  // One task that must commit.
  void write(const std::function<void(Transaction&)>& body) {
    const auto outcome = write_and_wait(*store_, [&](Transaction& txn) {
      body(txn);
      return Verdict::kCommit;
    });
    if (!outcome) FAIL(outcome.error().message);
  }
  void put(std::string_view key, std::string_view value) {
    write([&](Transaction& txn) { txn.put(key, value); });
  }
  std::string get(std::string_view key) {
    const auto snapshot = store_->read();
    return std::string(snapshot->get(key).value_or("(nothing)"));
  }

 private:
  tests::TempDir folder_;
  core::UniqueFd log_file_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};  // failures are provoked
  core::Log log_{log_file_.get(), core::LogLevel::kDebug};
  core::Metrics metrics_;
  core::SystemRandom random_;
  StoreOptions options_;
  std::unique_ptr<Store> store_;
};

// Draws keys whose lengths lie around the bounds of segments and which share long prefixes.
class KeySource final {
 public:
  explicit KeySource(uint32_t seed) : engine_(seed) {}

  uint32_t below(std::size_t bound) { return static_cast<uint32_t>(engine_() % bound); }
  std::string key() {
    constexpr std::size_t kLengths[] = {0,   1,   2,   3,    498,  499,  500,  501,  502,
                                        999, 1000, 1001, 1002, 1500, 1501, 2000, 4095, 4096};
    std::string text(kLengths[below(std::size(kLengths))], below(4) == 0 ? 'b' : 'a');
    // A few bytes differ, mostly where segments meet.
    for (std::size_t changes = below(3); changes > 0 && !text.empty(); --changes) {
      const std::size_t segment = below(text.size() / kSegmentBytes + 1) * kSegmentBytes;
      const std::size_t at = below(2) == 0 ? segment + below(3) : text.size() - 1 - below(2);
      if (at < text.size()) text[at] = std::string_view("\0\1a\xff", 4)[below(4)];
    }
    return text;
  }
  std::string value() {
    constexpr std::size_t kLengths[] = {0, 1, 8, 100, 2000, 5000, 20000};
    std::string text(kLengths[below(std::size(kLengths))], static_cast<char>(below(256)));
    return text;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace fogbank::storage
