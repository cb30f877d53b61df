// Who runs next within a turn.
#pragma once

#include <coroutine>
#include <cstddef>
#include <deque>

namespace duroxide::detail {

// Something to run once: a coroutine to resume, or a branch to report to its combinator.
struct continuation {
  void (*run)(void* target, std::size_t index) = nullptr;
  void* target = nullptr;
  std::size_t index = 0;

  explicit operator bool() const noexcept { return run != nullptr; }
};

inline continuation resumption(std::coroutine_handle<> coroutine) {
  return {[](void* frame, std::size_t) { std::coroutine_handle<>::from_address(frame).resume(); },
          coroutine.address(), 0};
}

// Coroutines never resume one another: they put continuations here, and the turn's loop runs them. So the
// stack depth is constant, and no frame dies inside an await_suspend. What has settled is reported first in
// first out; what begins runs before all that waits, as a call would.
class ready_queue {
public:
  void push(continuation next) {
    if (next) queue_.push_back(next);
  }

  void push_next(continuation next) { queue_.push_front(next); }

  // Must be called before the memory of a continuation's target goes away.
  void forget(const void* target) noexcept {
    if (!queue_.empty())
      std::erase_if(queue_, [target](const continuation& c) { return c.target == target; });
  }

  // Runs what is ready, and what that makes ready, until nothing is or `stop()` is true.
  template <class Stop> void drain(Stop stop) {
    while (!queue_.empty() && !stop()) {
      continuation next = queue_.front();
      queue_.pop_front();
      next.run(next.target, next.index);
    }
  }

  void clear() noexcept { queue_.clear(); }

private:
  std::deque<continuation> queue_;
};

}  // namespace duroxide::detail
