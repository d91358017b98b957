// Result<T>: a value or the reason why there is none. Failure that a peer, an input, a disk or a
// configuration can cause is a return value; member names are those of std::expected.
#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/check.h"

namespace fogbank::core {

// What went wrong, where, and how to mend it, in one sentence for an operator.
struct Error {
  std::string message;
  int system_error = 0;  // errno where a system call failed, otherwise 0
};

// "{what}: {strerror(number)}" with the number kept.
Error system_error(std::string what, int number);

template <class T, class E = Error>
class [[nodiscard]] Result {
  static_assert(!std::is_same_v<T, E>, "a Result's value and error types must differ");

 public:
  using value_type = T;
  using error_type = E;

  template <class U = T>
    requires(std::is_constructible_v<T, U &&> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
             !std::is_same_v<std::remove_cvref_t<U>, E>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& value() & { return held(); }
  [[nodiscard]] const T& value() const& { return const_held(); }
  [[nodiscard]] T&& value() && { return std::move(held()); }
  T& operator*() & { return held(); }
  const T& operator*() const& { return const_held(); }
  T&& operator*() && { return std::move(held()); }
  T* operator->() { return &held(); }
  const T* operator->() const { return &const_held(); }

  [[nodiscard]] const E& error() const {
    check(!has_value(), "error() of a Result that holds a value");
    return *std::get_if<1>(&state_);
  }

 private:
  T& held() {
    check(has_value(), "value() of a Result that holds an error");
    return *std::get_if<0>(&state_);
  }
  const T& const_held() const {
    check(has_value(), "value() of a Result that holds an error");
    return *std::get_if<0>(&state_);
  }
  std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  Result() = default;
  Result(E error) : error_(std::in_place_index<1>, std::move(error)) {}
  [[nodiscard]] bool has_value() const noexcept { return error_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] const E& error() const {
    check(!has_value(), "error() of a Result that holds a value");
    return *std::get_if<1>(&error_);
  }

 private:
  std::variant<std::monostate, E> error_;
};

}  // namespace fogbank::core
