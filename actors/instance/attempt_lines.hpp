// How many lines of the log tell of failed attempts.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "actors/clock.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace duroxide::internal {

// When a service is down, thousands of attempts fail in a second, and say the same. The first failed attempt of an
// activity is told at once, then one in a second, which says how many there were that were not told. Those after the
// last line are told with the next attempt that fails, whenever that is. Any thread may call.
class attempt_lines {
public:
  // Whether this one is told; and of how many others it is then to tell, too.
  std::optional<std::uint64_t> tell(const std::string& activity) {
    const steady_time now = steady_now();
    const detail::lock_guard lock(mutex_);
    told& last = told_[activity];
    if (last.is_known && now - last.moment < between_lines) {
      ++last.untold;
      return std::nullopt;
    }
    const std::uint64_t untold = last.untold;
    last = {true, now, 0};
    return untold;
  }

private:
  static constexpr duration between_lines = std::chrono::seconds(1);

  struct told {
    bool is_known = false;
    steady_time moment{};
    std::uint64_t untold = 0;
  };

  detail::mutex mutex_;
  std::map<std::string, told> told_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace duroxide::internal
