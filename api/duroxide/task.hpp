// The coroutine type of orchestrations and of their helper functions.
#pragma once

#include "duroxide/detail/usable.hpp"
#include "duroxide/durable.hpp"
#include "duroxide/semantic_version.hpp"

#include <coroutine>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

namespace duroxide {

template <class T> class task;

// A request to end the execution and continue as a new one; made by orchestration_context::continue_as_new.
class [[nodiscard]] continue_as_new_request {
public:
  explicit continue_as_new_request(detail::continue_as_new next) : next_(std::move(next)) {}
  // Without it the version policy of the orchestration chooses the version.
  // Throws configuration_error (invalid_argument) if it is no semantic version.
  continue_as_new_request& with_version(std::string_view version) & {
    next_.version = semantic_version::parse(version).text();
    return *this;
  }
  continue_as_new_request&& with_version(std::string_view version) && {
    return std::move(with_version(version));
  }
  // Throws configuration_error (invalid_argument) if it was given away before, or moved onto itself.
  detail::continue_as_new release() && {
    if (!usable_.use()) detail::throw_used_up("a continue-as-new");
    return std::move(next_);
  }

private:
  detail::continue_as_new next_;
  detail::usable usable_;
};

namespace detail {

// Ends the execution; the code that awaits it is never resumed.
struct continue_as_new_awaiter {
  engine* owner;
  detail::continue_as_new next;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) { owner->continue_as_new(std::move(next)); }
  void await_resume() const noexcept {}
};

// For coroutines of this library: awaiting it returns the engine that runs them, at once.
struct this_engine {};
struct this_engine_awaiter {
  engine* owner;
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  engine& await_resume() const noexcept { return *owner; }
};

template <class> inline constexpr bool always_false = false;

class task_promise_base {
public:
  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct at_end {
    task_promise_base* promise;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept { promise->owner->ready.push(promise->on_done); }
    void await_resume() const noexcept {}
  };
  at_end final_suspend() noexcept { return {this}; }

  void unhandled_exception() noexcept { error = std::current_exception(); }

  // The determinism boundary: the overloads below are all that an orchestration may await.
  template <class A> auto await_transform(A&& awaited) {
    if constexpr (durable_like<A>)
      return awaiter<value_of<A>>(*owner, std::move(awaited).release());
    else
      static_assert(
          always_false<A>,
          "an orchestration may await only durable operations: calls made by its context, tasks, and "
          "combinations of them; do any other waiting in an activity");
  }
  auto await_transform(this_engine) noexcept { return this_engine_awaiter{owner}; }
  auto await_transform(continue_as_new_request request) {
    return continue_as_new_awaiter{owner, std::move(request).release()};
  }

  engine* owner = nullptr;
  continuation on_done;
  std::exception_ptr error;
};

template <class T> class task_promise final : public task_promise_base {
public:
  task<T> get_return_object();

  template <std::convertible_to<T> U> void return_value(U&& returned) {
    value.emplace(std::forward<U>(returned));
  }
  void return_value(continue_as_new_request request) {
    owner->continue_as_new(std::move(request).release());
    on_done = {};  // nobody is told: the execution ends here
  }

  T take() { return std::move(*value); }

  std::optional<T> value;
};

template <> class task_promise<void> final : public task_promise_base {
public:
  inline task<void> get_return_object();
  void return_void() const noexcept {}
  std::monostate take() const noexcept { return {}; }
};

// A coroutine outlives the expression that called it, so its parameters must not refer into that
// expression. A closure is incomplete inside its own body and passes here; registration checks those.
template <class T>
concept is_complete = requires {
  sizeof(T);
};

template <class Parameter> consteval bool may_outlive_its_caller() {
  if constexpr (std::is_reference_v<Parameter> || std::is_pointer_v<Parameter>)
    return !is_complete<std::remove_cv_t<std::remove_pointer_t<std::remove_reference_t<Parameter>>>>;
  else
    return true;
}

}  // namespace detail

// A lazily started coroutine that may await durable operations only. It runs when it is awaited or given to a
// combinator; destroying it cancels what it awaits. Its parameters are values; it has no captures.
template <class T> class [[nodiscard]] task {
public:
  using value_type = T;
  using promise_type = detail::task_promise<T>;

  explicit task(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
  task(task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
  task& operator=(task&& other) noexcept {
    std::swap(coroutine_, other.coroutine_);
    return *this;
  }
  ~task() {
    if (!coroutine_) return;
    if (auto* owner = coroutine_.promise().owner) owner->ready.forget(coroutine_.address());
    coroutine_.destroy();
  }

  detail::branch_ptr<T> release() &&;

private:
  friend class task_branch;
  class task_branch final : public detail::branch<T> {
  public:
    explicit task_branch(task body) : body_(std::move(body)) {}
    void start(detail::engine& owner, detail::continuation on_settled) override {
      auto& promise = body_.coroutine_.promise();
      promise.owner = &owner;
      promise.on_done = on_settled;
      owner.ready.push_next(detail::resumption(body_.coroutine_));
    }
    detail::lifted<T> take() override {
      auto& promise = body_.coroutine_.promise();
      if (promise.error) std::rethrow_exception(promise.error);
      return promise.take();
    }

  private:
    task body_;
  };

  std::coroutine_handle<promise_type> coroutine_;
};

template <class T> detail::branch_ptr<T> task<T>::release() && {
  if (!coroutine_) detail::throw_used_up("a task");
  return std::make_unique<task_branch>(std::move(*this));
}

template <class T> task<T> detail::task_promise<T>::get_return_object() {
  return task<T>(std::coroutine_handle<task_promise>::from_promise(*this));
}

task<void> detail::task_promise<void>::get_return_object() {
  return task<void>(std::coroutine_handle<task_promise>::from_promise(*this));
}

}  // namespace duroxide

template <class T, class... Parameters> struct std::coroutine_traits<duroxide::task<T>, Parameters...> {
  static_assert(
      (duroxide::detail::may_outlive_its_caller<Parameters>() && ...),
      "a task takes its parameters by value: a reference or pointer would dangle after the first await");
  using promise_type = duroxide::detail::task_promise<T>;
};
