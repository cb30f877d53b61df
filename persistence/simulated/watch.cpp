#include "persistence/simulated/watch.hpp"

#include <chrono>
#include <utility>

namespace duroxide::internal::simulated {

namespace {

// A longer wait than the clock can count is a wait forever.
constexpr duration for_ever = std::chrono::years(100);

}  // namespace

bool watch::wait(std::optional<duration> at_most) {
  detail::unique_lock lock(mutex_);
  if (at_most && *at_most < for_ever) {
    const auto deadline = std::chrono::steady_clock::now() + *at_most;
    while (!is_set_ && changed_.wait_until(lock, deadline)) continue;
  } else {
    while (!is_set_) changed_.wait(lock);
  }
  return std::exchange(is_set_, false);
}

// What it was told of before counts: nobody has waited for it.
bool watch::call(std::function<void()> changed) {
  detail::unique_lock lock(mutex_);
  call_ = changed;
  const bool was_set = std::exchange(is_set_, false);
  lock.unlock();
  if (was_set) changed();
  return true;
}

void watch::tell() {
  detail::unique_lock lock(mutex_);
  if (!call_) {
    is_set_ = true;
    return changed_.notify_one();
  }
  const auto call = call_;
  lock.unlock();
  call();
}

void watch::interrupt() {
  const detail::lock_guard lock(mutex_);
  is_set_ = true;
  changed_.notify_one();
}

}  // namespace duroxide::internal::simulated
