// Chance is injected, so that a test can repeat it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace fogbank::core {

// Thread-safe.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::byte> out) = 0;

  // Version 4 UUID in lower case, as AWS request ids and message ids are written.
  [[nodiscard]] std::string uuid();
  // `count` characters drawn from `alphabet`, without bias for alphabets of up to 256 characters.
  [[nodiscard]] std::string text(std::string_view alphabet, std::size_t count);
  [[nodiscard]] uint64_t number();
};

// The kernel's generator, buffered per thread.
class SystemRandom final : public RandomSource {
 public:
  void fill(std::span<std::byte> out) override;
};

// Repeats itself for equal seeds; for tests only. Not thread-safe.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  void fill(std::span<std::byte> out) override;

 private:
  uint64_t state_;
};

}  // namespace fogbank::core
