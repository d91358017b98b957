#include "core/random.h"

#include <sys/random.h>

#include <array>
#include <cstring>

#include "core/check.h"

namespace fogbank::core {

std::string RandomSource::uuid() {
  std::array<std::byte, 16> raw{};
  fill(raw);
  raw[6] = (raw[6] & std::byte{0x0f}) | std::byte{0x40};
  raw[8] = (raw[8] & std::byte{0x3f}) | std::byte{0x80};
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += kHex[std::to_integer<unsigned>(raw[i]) >> 4];
    out += kHex[std::to_integer<unsigned>(raw[i]) & 15];
  }
  return out;
}

std::string RandomSource::text(std::string_view alphabet, std::size_t count) {
  check(!alphabet.empty() && alphabet.size() <= 256, "an alphabet of 1 to 256 characters");
  const std::size_t fair = 256 - 256 % alphabet.size();
  std::string out;
  out.reserve(count);
  std::array<std::byte, 64> raw{};
  while (out.size() < count) {
    fill(raw);
    for (const std::byte b : raw) {
      const auto value = std::to_integer<std::size_t>(b);
      if (value < fair && out.size() < count) out += alphabet[value % alphabet.size()];
    }
  }
  return out;
}

uint64_t RandomSource::number() {
  std::array<std::byte, 8> raw{};
  fill(raw);
  uint64_t value = 0;
  std::memcpy(&value, raw.data(), sizeof value);
  return value;
}

void SystemRandom::fill(std::span<std::byte> out) {
  // 256 bytes is what getrandom(2) promises to give whole.
  thread_local std::array<std::byte, 256> pool;
  thread_local std::size_t used = pool.size();
  for (std::size_t done = 0; done < out.size();) {
    if (used == pool.size()) {
      check(::getrandom(pool.data(), pool.size(), 0) == static_cast<ssize_t>(pool.size()),
            "the kernel's random generator answers");
      used = 0;
    }
    const std::size_t take = std::min(out.size() - done, pool.size() - used);
    std::memcpy(out.data() + done, pool.data() + used, take);
    std::memset(pool.data() + used, 0, take);
    used += take;
    done += take;
  }
}

void SeededRandom::fill(std::span<std::byte> out) {
  for (std::byte& b : out) {  // splitmix64
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    b = static_cast<std::byte>((z ^ (z >> 31)) & 0xff);
  }
}

}  // namespace fogbank::core
