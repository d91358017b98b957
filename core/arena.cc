#include "core/arena.h"

#include <algorithm>
#include <cstdint>

namespace fogbank::core {

void* Arena::allocate(std::size_t bytes, std::size_t alignment) {
  auto aligned = (reinterpret_cast<std::uintptr_t>(next_) + alignment - 1) & ~(alignment - 1);
  if (next_ == nullptr || aligned + bytes > reinterpret_cast<std::uintptr_t>(end_)) {
    std::size_t block_bytes =
        blocks_.empty() ? kFirstBlockBytes : std::min(blocks_.back().bytes * 2, kBlockBytesMax);
    block_bytes = std::max(block_bytes, bytes + alignment);
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(block_bytes), block_bytes});
    next_ = blocks_.back().memory.get();
    end_ = next_ + block_bytes;
    aligned = (reinterpret_cast<std::uintptr_t>(next_) + alignment - 1) & ~(alignment - 1);
  }
  auto* result = reinterpret_cast<std::byte*>(aligned);
  next_ = result + bytes;
  allocated_bytes_ += bytes;
  return result;
}

void Arena::reset() {
  allocated_bytes_ = 0;
  if (blocks_.empty()) return;
  blocks_.resize(1);
  next_ = blocks_.front().memory.get();
  end_ = next_ + blocks_.front().bytes;
}

}  // namespace fogbank::core
