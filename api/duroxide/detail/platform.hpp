// Where time, chance and waiting come from: the operating system, unless a simulation has taken its place.
#pragma once

#include "duroxide/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>

namespace duroxide::detail {

using steady_time = std::chrono::steady_clock::time_point;

// Work for a simulation that is done outside of it, by threads that it does not know, in real time. Any thread may
// call, and may destroy it.
class outside_work {
public:
  outside_work() = default;
  outside_work(const outside_work&) = delete;
  outside_work& operator=(const outside_work&) = delete;
  // If it has not ended, it never will.
  virtual ~outside_work() = default;

  // It is done: `then` is called in the simulation, unless the process has died for which it was done. Once.
  virtual void end(std::function<void()> then) = 0;
};

// What a simulation puts in the place of the operating system, for the thread that it runs on.
class platform {
public:
  platform() = default;
  platform(const platform&) = delete;
  platform& operator=(const platform&) = delete;
  virtual ~platform() = default;

  virtual timestamp wall_clock() = 0;
  virtual steady_time steady_clock() = 0;
  virtual std::uint64_t random_bits() = 0;
  // Whether the wall clock may be set, as clocks on walls are.
  virtual bool wall_clock_may_be_set() const { return true; }
  // False in what is left of a process that has died: nothing of it may be seen any more.
  virtual bool is_process_alive() const { return true; }
  // Code that would block calls this instead: everything else goes on until `done` says so, for at most
  // `at_most` of simulated time, or until nothing can happen any more.
  virtual void run_until(const std::function<bool()>& done, duration at_most) = 0;
  // Simulated time stands still until it has ended, as long as the simulation has patience.
  virtual std::shared_ptr<outside_work> begin_outside() = 0;
};

// Of this thread; null: it is in the real world.
platform* simulated() noexcept;

// Puts this thread into a simulation, or (null) takes it out, until it goes.
class in_platform {
public:
  explicit in_platform(platform* now) noexcept;
  in_platform(const in_platform&) = delete;
  in_platform& operator=(const in_platform&) = delete;
  ~in_platform();

private:
  platform* before_;
};

inline bool is_process_alive() {
  const platform* around = simulated();
  return !around || around->is_process_alive();
}

timestamp wall_clock_now();
steady_time steady_now();
// From a cryptographic source (getrandom on Linux, by way of std::random_device).
std::uint64_t random_bits();

// So long from now: every deadline is made by these. What is longer than a hundred years ends after a hundred
// years, so that nothing runs over.
inline timestamp wall_clock_in(duration length) { return wall_clock_now() + std::min(length, longest_delay); }
inline steady_time steady_in(duration length) { return steady_now() + std::min(length, longest_delay); }

// Blocks until the future is ready; in a simulation, perhaps until nothing can happen any more.
template <class T> void wait_for(const std::future<T>& future) {
  if (platform* around = simulated())
    around->run_until([&] { return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready; },
                      duration::max());
  else
    future.wait();
}

}  // namespace duroxide::detail
