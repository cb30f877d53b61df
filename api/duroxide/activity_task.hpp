// Activities as coroutines: they hold no worker thread while they wait.
#pragma once

#include "duroxide/activity_context.hpp"
#include "duroxide/codec.hpp"
#include "duroxide/registry.hpp"

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace duroxide {

template <class Out> class activity_task;

namespace detail {

class activity_promise_base {
public:
  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct at_end {
    bool await_ready() const noexcept { return false; }
    template <class Promise> void await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
      activity_completion tell = std::move(ended.promise().report);
      auto outcome = encoded_outcome(ended.promise());
      ended.destroy();  // before the report, whose receiver may destroy what the frame refers to
      tell(std::move(outcome));
    }
    void await_resume() const noexcept {}

    // A value that cannot be encoded is a failure like any other.
    template <class Promise>
    static result<std::string, error_details> encoded_outcome(Promise& promise) noexcept {
      try {
        return promise.outcome();
      } catch (...) {
        promise.failed = std::current_exception();
      }
      return promise.failure();
    }
  };
  at_end final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { failed = std::current_exception(); }

  activity_completion report;
  std::exception_ptr failed;

  error_details failure() const {
    try {
      std::rethrow_exception(failed);
    } catch (...) {
      error_details why = details_of_current_exception(error_kind::activity_failed, {});
      why.category = error_category::application;
      return why;
    }
  }
};

template <class Out> class activity_promise final : public activity_promise_base {
public:
  activity_task<Out> get_return_object();
  template <std::convertible_to<Out> U> void return_value(U&& returned) {
    value.emplace(std::forward<U>(returned));
  }
  result<std::string, error_details> outcome() const {
    if (failed) return failure();
    return codec<Out>::encode(*value);
  }
  std::optional<Out> value;
};

template <> class activity_promise<void> final : public activity_promise_base {
public:
  inline activity_task<void> get_return_object();
  void return_void() const noexcept {}
  result<std::string, error_details> outcome() const {
    if (failed) return failure();
    return std::string("null");
  }
};

}  // namespace detail

// The coroutine type of such an activity: activity_task<Out>(activity_context&, In). It may await anything
// that resumes it, from any thread, and pause_for. Its input is a value. A cancelled activity is told by its
// context's stop_token; what it awaits should end then.
template <class Out> class [[nodiscard]] activity_task {
public:
  using promise_type = detail::activity_promise<Out>;

  explicit activity_task(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
  activity_task(activity_task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
  activity_task& operator=(activity_task&& other) noexcept {
    std::swap(coroutine_, other.coroutine_);
    return *this;
  }
  ~activity_task() {
    if (coroutine_) coroutine_.destroy();
  }

  // Runs until the coroutine first waits; `report` is called once, when it has ended.
  void run(activity_completion report) && {
    auto coroutine = std::exchange(coroutine_, {});
    coroutine.promise().report = std::move(report);
    coroutine.resume();
  }

private:
  std::coroutine_handle<promise_type> coroutine_;
};

template <class Out> activity_task<Out> detail::activity_promise<Out>::get_return_object() {
  return activity_task<Out>(std::coroutine_handle<activity_promise>::from_promise(*this));
}

activity_task<void> detail::activity_promise<void>::get_return_object() {
  return activity_task<void>(std::coroutine_handle<activity_promise>::from_promise(*this));
}

// Awaited in a coroutine activity: resumes it after `delay`, or at once when the runtime stops.
class pause_for {
public:
  pause_for(const activity_context& context, duration delay)
      : services_(context.services()), delay_(detail::checked_delay(delay)) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) {
    auto services = services_;  // the frame, and this with it, may be gone before call_after returns
    services->call_after(delay_, [waiting] { waiting.resume(); });
  }
  void await_resume() const noexcept {}

private:
  std::shared_ptr<activity_services> services_;
  duration delay_;
};

namespace detail {

template <class Out, class Function, class... In>
async_activity_handler make_coroutine_activity_handler(std::string name, Function function) {
  return [function = std::move(function), what = "the input of activity '" + name + "'"](
             std::shared_ptr<activity_context> context, std::string input, activity_completion done) {
    activity_context& running = *context;
    activity_task<Out> body = function(running, codec<In>::decode(what, input)...);
    // The context lives as long as the report.
    std::move(body).run([context = std::move(context), done = std::move(done)](
                            result<std::string, error_details> outcome) { done(std::move(outcome)); });
  };
}

}  // namespace detail
}  // namespace duroxide
