// A lazy description of durable work: awaiting it, or giving it to a combinator, starts it.
#pragma once

#include "duroxide/detail/branch.hpp"

#include <concepts>
#include <coroutine>
#include <type_traits>
#include <utility>

namespace duroxide {

namespace detail {

// A type is durable if an rvalue of it gives up a branch.
template <class A>
concept durable_like = requires(A&& a) {
  typename std::remove_cvref_t<A>::value_type;
  { std::move(a).release() } -> std::same_as<branch_ptr<typename std::remove_cvref_t<A>::value_type>>;
};

template <class A> using value_of = typename std::remove_cvref_t<A>::value_type;

}  // namespace detail

// What combinators return. Move-only, awaited once; dropped unawaited, nothing happens.
template <class T> class [[nodiscard]] durable {
public:
  using value_type = T;
  explicit durable(detail::branch_ptr<T> branch) : branch_(std::move(branch)) {}
  // Any other thing with such a value (a call, a task, a pending operation), so that one vector can hold branches that
  // are chosen at run time. Throws configuration_error (invalid_argument) if it was given away before.
  template <detail::durable_like Durable>
  requires(std::same_as<detail::value_of<Durable>, T> && !std::same_as<std::remove_cvref_t<Durable>, durable>)
      durable(Durable what)
      : branch_(std::move(what).release()) {}

  detail::branch_ptr<T> release() && {
    if (!branch_) detail::throw_used_up("a combination");
    return std::move(branch_);
  }

private:
  detail::branch_ptr<T> branch_;
};

namespace detail {

template <class T> class awaiter {
public:
  awaiter(engine& owner, branch_ptr<T> awaited) : owner_(&owner), branch_(std::move(awaited)) {}
  awaiter(const awaiter&) = delete;
  awaiter& operator=(const awaiter&) = delete;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) { branch_->start(*owner_, resumption(waiting)); }
  T await_resume() {
    // Whatever the branch still holds is dropped here, not at the end of the full expression.
    branch_ptr<T> settled = std::move(branch_);
    if constexpr (std::is_void_v<T>)
      settled->take();
    else
      return settled->take();
  }

private:
  engine* owner_;
  branch_ptr<T> branch_;
};

}  // namespace detail
}  // namespace duroxide
