// Cutting the power at every moment of what has been recorded.
#pragma once

#include "tests/persistence/sqlite/faults/observing.hpp"

#include <functional>

namespace duroxide::persistence_tests {

struct power_cut {
  std::size_t events = 0;        // that had happened
  std::uint64_t seed = 0;        // of what the cut left
  std::size_t acknowledged = 0;  // the last milestone that had been reached
};

struct cut_plan {
  std::uint64_t seeds = 4;  // for each moment
  std::size_t every = 1;    // moment
};

// Calls `look` with the disk that each cut leaves, once for each different disk. The seeds are 0, 1, and
// those from DUROXIDE_TEAR_SEED (2 if it is not set) on.
void for_each_cut(const past& lived, const cut_plan& plan,
                  const std::function<void(const power_cut&, const disk_image&)>& look);

}  // namespace duroxide::persistence_tests
