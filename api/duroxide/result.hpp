// A value or the reason why there is none.
#pragma once

#include "duroxide/errors.hpp"

#include <exception>
#include <optional>
#include <utility>
#include <variant>

namespace duroxide {

// A failed branch of an orchestration as a value: its details, and the original exception, to rethrow.
class failure {
public:
  failure(error_details details, std::exception_ptr exception)
      : details_(std::move(details)), exception_(std::move(exception)) {}

  const error_details& details() const noexcept { return details_; }
  const std::string& message() const noexcept { return details_.message; }
  [[noreturn]] void raise() const { std::rethrow_exception(exception_); }

private:
  error_details details_;
  std::exception_ptr exception_;
};

namespace detail {
template <class E> [[noreturn]] void raise_failure(const E& e) {
  if constexpr (requires { e.raise(); })
    e.raise();
  else
    throw e;
}
}  // namespace detail

// value() throws what went wrong if there is no value; operator* requires one.
template <class T, class E = failure> class [[nodiscard]] result {
public:
  result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  const T& value() const& {
    if (!has_value()) detail::raise_failure(std::get<1>(state_));
    return std::get<0>(state_);
  }
  // By value, so that a loop over it is safe.
  T value() && {
    if (!has_value()) detail::raise_failure(std::get<1>(state_));
    return std::get<0>(std::move(state_));
  }

  // REQUIRES: has_value().
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  // REQUIRES: !has_value().
  const E& error() const { return std::get<1>(state_); }

private:
  std::variant<T, E> state_;
};

template <class E> class [[nodiscard]] result<void, E> {
public:
  result() = default;
  result(E error) : error_(std::move(error)) {}

  bool has_value() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return has_value(); }
  void value() const {
    if (error_) detail::raise_failure(*error_);
  }

  // REQUIRES: !has_value().
  const E& error() const { return *error_; }

private:
  std::optional<E> error_;
};

}  // namespace duroxide
