// How fast a node tries stalled instances again.
#pragma once

#include "actors/clock.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

namespace duroxide::internal {

// So many a second, and some more at once after a pause: a hundred thousand stalled instances must not take the node
// from those that run. All dispatchers of a node share one.
class retry_pace {
public:
  static constexpr int per_second = 500;
  static constexpr int at_once = 100;

  // Whether one more may be tried now. Any thread may call.
  bool take(steady_time now) {
    const steady_time earliest = now - at_once * spacing;
    steady_time taken = taken_until_.load();
    steady_time next;
    do {
      next = std::max(taken, earliest) + spacing;
      if (next > now) return false;
    } while (!taken_until_.compare_exchange_weak(taken, next));
    return true;
  }

private:
  static constexpr steady_time::duration spacing{std::chrono::nanoseconds(std::chrono::seconds(1)) /
                                                 per_second};

  std::atomic<steady_time> taken_until_{steady_time()};
};

}  // namespace duroxide::internal
