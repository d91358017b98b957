// Memory of one request: allocate by moving a pointer, free all at once. Not thread-safe; a
// request hands its arena from thread to thread together with itself.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace fogbank::core {

class Arena final {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Uninitialised memory; never null. `alignment` is a power of two, at most 16.
  void* allocate(std::size_t bytes, std::size_t alignment = 16);

  // Zeroed array of trivially destructible T.
  template <class T>
  T* make(std::size_t count = 1) {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
    void* memory = allocate(sizeof(T) * count, alignof(T));
    std::memset(memory, 0, sizeof(T) * count);
    return static_cast<T*>(memory);
  }

  // A copy that lives as long as the arena.
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {"", 0};
    auto* memory = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(memory, text.data(), text.size());
    return {memory, text.size()};
  }

  // Gives all memory back but the first block.
  void reset();
  [[nodiscard]] std::size_t allocated_bytes() const { return allocated_bytes_; }

 private:
  static constexpr std::size_t kFirstBlockBytes = 4096;
  static constexpr std::size_t kBlockBytesMax = 256 * 1024;
  struct Block {
    std::unique_ptr<std::byte[]> memory;
    std::size_t bytes;
  };
  std::vector<Block> blocks_;
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
  std::size_t allocated_bytes_ = 0;
};

}  // namespace fogbank::core
