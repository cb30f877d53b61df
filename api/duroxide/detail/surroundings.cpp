#include "duroxide/detail/surroundings.hpp"

#include <utility>

namespace duroxide::detail {

namespace {

thread_local surroundings* around_this_thread = nullptr;

}  // namespace

surroundings* simulated() noexcept { return around_this_thread; }

in_surroundings::in_surroundings(surroundings* now) noexcept
    : before_(std::exchange(around_this_thread, now)) {}

in_surroundings::~in_surroundings() { around_this_thread = before_; }

timestamp wall_clock_now() {
  if (around_this_thread) return around_this_thread->wall_clock();
  return std::chrono::floor<duration>(std::chrono::system_clock::now());
}

steady_time steady_now() {
  return around_this_thread ? around_this_thread->steady_clock() : std::chrono::steady_clock::now();
}

}  // namespace duroxide::detail
