#include "duroxide/detail/platform.hpp"

#include <random>
#include <utility>

namespace duroxide::detail {

namespace {

thread_local platform* around_this_thread = nullptr;

}  // namespace

platform* simulated() noexcept { return around_this_thread; }

in_platform::in_platform(platform* now) noexcept : before_(std::exchange(around_this_thread, now)) {}

in_platform::~in_platform() { around_this_thread = before_; }

timestamp wall_clock_now() {
  if (around_this_thread) return around_this_thread->wall_clock();
  return std::chrono::floor<duration>(std::chrono::system_clock::now());
}

steady_time steady_now() {
  return around_this_thread ? around_this_thread->steady_clock() : std::chrono::steady_clock::now();
}

std::uint64_t random_bits() {
  if (around_this_thread) return around_this_thread->random_bits();
  thread_local std::random_device source;
  return std::uint64_t{source()} << 32 | source();
}

}  // namespace duroxide::detail
