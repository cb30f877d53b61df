// Waiting for a condition, with a deadline.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace duroxide::testing_support {

// True as soon as `holds()` is; false if it is not within `limit`.
template <class Predicate>
bool eventually(Predicate holds, std::chrono::milliseconds limit = std::chrono::seconds(20)) {
  auto deadline = std::chrono::steady_clock::now() + limit;
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    never.wait_for(lock, std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace duroxide::testing_support
