// Types of the members of modelled inputs and outputs. Plain values over memory that a request
// owns (its buffer or its arena): trivially copyable, nothing to destroy, absent by default. All
// zero bytes are the absent value of each, so a zeroed struct is an empty one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/arena.h"
#include "core/check.h"

namespace fogbank::aws {

// A string, an enum or a blob (decoded), or absent. Present and empty differ from absent.
class Text final {
 public:
  constexpr Text() = default;
  constexpr Text(std::string_view text)
      : at_(text.data() != nullptr ? text.data() : ""), bytes_(static_cast<uint32_t>(text.size())) {
  }
  constexpr Text(const char* text) : Text(std::string_view(text)) {}
  Text(const std::string& text) : Text(std::string_view(text)) {}

  [[nodiscard]] constexpr bool has_value() const { return at_ != nullptr; }
  explicit constexpr operator bool() const { return has_value(); }
  // Absent reads as empty.
  [[nodiscard]] constexpr std::string_view view() const { return {at_, bytes_}; }
  constexpr operator std::string_view() const { return view(); }
  [[nodiscard]] constexpr std::string_view value_or(std::string_view other) const {
    return has_value() ? view() : other;
  }
  [[nodiscard]] std::string str() const { return std::string(view()); }
  [[nodiscard]] constexpr bool empty() const { return bytes_ == 0; }
  [[nodiscard]] constexpr std::size_t size() const { return bytes_; }
  friend constexpr bool operator==(const Text& a, std::string_view b) {
    return a.has_value() && a.view() == b;
  }
  friend constexpr bool operator==(const Text& a, const char* b) {
    return a == std::string_view(b);
  }

 private:
  const char* at_ = nullptr;
  uint32_t bytes_ = 0;
};

// Milliseconds since the epoch; what every timestamp format of the wire becomes.
struct Timestamp {
  int64_t ms = 0;
  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

// A number, boolean or timestamp that may be absent.
template <class T>
class Opt final {
 public:
  constexpr Opt() = default;
  constexpr Opt(T value) : value_(value), has_value_(true) {}
  [[nodiscard]] constexpr bool has_value() const { return has_value_; }
  explicit constexpr operator bool() const { return has_value_; }
  constexpr const T& operator*() const { return value_; }
  constexpr const T* operator->() const { return &value_; }
  [[nodiscard]] constexpr T value_or(T other) const { return has_value_ ? value_ : other; }

 private:
  T value_{};
  bool has_value_ = false;
};

// A nested structure that may be absent (and may be recursive).
template <class T>
class Ptr final {
 public:
  constexpr Ptr() = default;
  constexpr Ptr(T* to) : to_(to) {}
  [[nodiscard]] constexpr bool has_value() const { return to_ != nullptr; }
  explicit constexpr operator bool() const { return to_ != nullptr; }
  constexpr T& operator*() const { return *to_; }
  constexpr T* operator->() const { return to_; }
  constexpr T* get() const { return to_; }
  // A new, empty one on the arena.
  static Ptr make(core::Arena& arena) { return Ptr(arena.make<T>()); }
  static Ptr make(core::Arena& arena, const T& value) {
    T* to = arena.make<T>();
    *to = value;
    return Ptr(to);
  }

 private:
  T* to_ = nullptr;
};

// A list that may be absent; present and empty differ from absent. Grows on an arena.
template <class T>
class List final {
 public:
  constexpr List() = default;
  // Present and empty, with room for `room` elements.
  static List make(core::Arena& arena, std::size_t room = 0) {
    List out;
    out.reserve(arena, std::max<std::size_t>(room, 1));
    return out;
  }

  [[nodiscard]] constexpr bool has_value() const { return at_ != nullptr; }
  explicit constexpr operator bool() const { return at_ != nullptr; }
  [[nodiscard]] constexpr std::size_t size() const { return count_; }
  [[nodiscard]] constexpr bool empty() const { return count_ == 0; }
  constexpr T* begin() { return at_; }
  constexpr T* end() { return at_ + count_; }
  constexpr const T* begin() const { return at_; }
  constexpr const T* end() const { return at_ + count_; }
  T& operator[](std::size_t index) {
    core::check(index < count_, "an index within the list");
    return at_[index];
  }
  const T& operator[](std::size_t index) const {
    core::check(index < count_, "an index within the list");
    return at_[index];
  }
  T& back() { return (*this)[count_ - 1]; }

  void append(core::Arena& arena, const T& value) {
    if (count_ == room_) reserve(arena, std::max<std::size_t>(4, std::size_t{room_} * 2));
    at_[count_++] = value;
  }

 private:
  void reserve(core::Arena& arena, std::size_t room) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    T* grown = arena.make<T>(room);
    if (count_ > 0) std::memcpy(static_cast<void*>(grown), at_, sizeof(T) * count_);
    at_ = grown;
    room_ = static_cast<uint32_t>(room);
  }
  T* at_ = nullptr;
  uint32_t count_ = 0;
  uint32_t room_ = 0;
};

template <class V>
struct Entry {
  Text key;
  V value{};
};

// In the order of the wire; a key may not occur twice.
template <class V>
using Map = List<Entry<V>>;

template <class V>
[[nodiscard]] const V* find(const Map<V>& map, std::string_view key) {
  for (const Entry<V>& entry : map) {
    if (entry.key.view() == key) return &entry.value;
  }
  return nullptr;
}

// A streaming blob member. The bytes travel beside the struct: an upload in Call::upload, an
// answer's in Call::download (emulators/service.h).
struct Stream {
  bool is_present = false;
};

}  // namespace fogbank::aws
