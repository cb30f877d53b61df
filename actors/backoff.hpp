// How long to wait before the next attempt.
#pragma once

#include "duroxide/time.hpp"

#include <algorithm>
#include <cstdint>

namespace duroxide::internal {

// min(base * 2^(attempt - 1), limit); attempts count from 1.
inline duration exponential_backoff(duration base, duration limit, std::uint32_t attempt) {
  std::uint32_t doublings = std::min(attempt > 0 ? attempt - 1 : 0, 20U);
  return std::min(base * (std::int64_t{1} << doublings), limit);
}

}  // namespace duroxide::internal
