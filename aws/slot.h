// Slots of generated structs, reached by offset: how the codecs read and write members whose
// types only the tables know.
#pragma once

#include <cstddef>
#include <cstring>

#include "aws/model.h"
#include "aws/shape.h"

namespace fogbank::aws {

// Numbers, booleans and timestamps sit in Opt<T> as members of structures and bare in lists and
// maps; structures behind Ptr<S> as members and in place in lists and maps.
enum class SlotKind : uint8_t { kMember, kElement };

template <class T>
[[nodiscard]] inline T load(const std::byte* slot) {
  T out;
  std::memcpy(static_cast<void*>(&out), slot, sizeof out);
  return out;
}

template <class T>
inline void store(std::byte* slot, const T& value) {
  std::memcpy(static_cast<void*>(slot), &value, sizeof value);
}

template <class T>
inline void store_scalar(std::byte* slot, SlotKind kind, T value) {
  if (kind == SlotKind::kMember) {
    store(slot, Opt<T>(value));
  } else {
    store(slot, value);
  }
}

// The scalar of a slot; an absent one's is T{} and `is_present` false.
template <class T>
[[nodiscard]] inline Opt<T> load_scalar(const std::byte* slot, SlotKind kind) {
  return kind == SlotKind::kMember ? load<Opt<T>>(slot) : Opt<T>(load<T>(slot));
}

// List<T> of a T that only the tables know; the layout is that of every List.
struct RawList {
  std::byte* at = nullptr;
  uint32_t count = 0;
  uint32_t room = 0;

  // A zeroed element at the end.
  std::byte* append(core::Arena& arena, std::size_t element_bytes) {
    if (count == room) {
      const std::size_t grown_room = room == 0 ? 4 : std::size_t{room} * 2;
      auto* grown = static_cast<std::byte*>(arena.allocate(grown_room * element_bytes));
      if (count > 0) std::memcpy(grown, at, count * element_bytes);
      at = grown;
      room = static_cast<uint32_t>(grown_room);
    }
    std::byte* element = at + element_bytes * count++;
    std::memset(element, 0, element_bytes);
    return element;
  }
  // Present, be it empty.
  void make_present(core::Arena& arena) {
    if (at == nullptr) at = static_cast<std::byte*>(arena.allocate(1));
  }
};
static_assert(sizeof(RawList) == sizeof(List<char>) && sizeof(Ptr<char>) == sizeof(std::byte*));

// The struct behind a slot, or null if it is absent.
[[nodiscard]] inline const std::byte* load_structure(const std::byte* slot, SlotKind kind) {
  return kind == SlotKind::kMember ? load<const std::byte*>(slot) : slot;
}
[[nodiscard]] inline std::byte* make_structure(std::byte* slot, SlotKind kind, std::size_t bytes,
                                               core::Arena& arena) {
  if (kind == SlotKind::kElement) return slot;
  auto* made = load<std::byte*>(slot);
  if (made == nullptr) {
    made = static_cast<std::byte*>(arena.allocate(bytes));
    std::memset(made, 0, bytes);
    store(slot, made);
  }
  return made;
}

// Whether a member holds a value.
[[nodiscard]] bool is_present(const Type& type, const std::byte* slot);

}  // namespace fogbank::aws
