// Bytes that wait for a slow reader: appended behind, taken in front, in one block of memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace fogbank::proxy {

class ByteQueue final {
 public:
  [[nodiscard]] std::size_t size() const { return end_ - start_; }
  [[nodiscard]] bool empty() const { return start_ == end_; }
  [[nodiscard]] std::span<const std::byte> front() const { return all().subspan(start_, size()); }

  // Uninitialised room for `bytes` behind the last byte; commit() tells how many were written.
  [[nodiscard]] std::span<std::byte> reserve(std::size_t bytes) {
    if (capacity_ - end_ < bytes) make_room(bytes);
    return all().subspan(end_);
  }
  void commit(std::size_t bytes) { end_ += bytes; }

  void append(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    std::memcpy(reserve(bytes.size()).data(), bytes.data(), bytes.size());
    commit(bytes.size());
  }
  void append(std::string_view text) { append(std::as_bytes(std::span(text))); }

  void consume(std::size_t bytes) {
    start_ += bytes;
    if (start_ == end_) start_ = end_ = 0;
  }
  // Gives memory back that an idle connection should not hold.
  void shrink(std::size_t keep_bytes) {
    if (!empty() || capacity_ <= keep_bytes) return;
    block_.reset();
    capacity_ = 0;
  }

 private:
  [[nodiscard]] std::span<std::byte> all() const { return {block_.get(), capacity_}; }
  void make_room(std::size_t bytes) {
    constexpr std::size_t kLeast = 2048;
    const std::size_t used = size();
    if (used + bytes <= capacity_ && used <= capacity_ / 2) {
      std::memmove(block_.get(), front().data(), used);
    } else {
      const std::size_t wanted = std::max({kLeast, used + bytes, capacity_ * 2});
      auto bigger = std::make_unique_for_overwrite<std::byte[]>(wanted);
      if (used > 0) std::memcpy(bigger.get(), front().data(), used);
      block_ = std::move(bigger);
      capacity_ = wanted;
    }
    start_ = 0;
    end_ = used;
  }

  std::unique_ptr<std::byte[]> block_;
  std::size_t capacity_ = 0;
  std::size_t start_ = 0;
  std::size_t end_ = 0;
};

}  // namespace fogbank::proxy
