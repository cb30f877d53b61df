// Runs a workload on a store and measures it.
#pragma once

#include "bench/measurements.hpp"
#include "bench/workload.hpp"

#include <optional>
#include <string>

namespace duroxide::bench {

struct run_request {
  std::string store;
  std::size_t instances = 0;
  std::size_t in_flight = 0;  // 0: all at once
  std::size_t workers = 2;
  std::optional<std::size_t> lanes;  // none: what suits the store
  bool fresh = false;                // delete the store's file first
  bool relaxed_durability = false;
};

// Checks the result of every instance. Throws what the store throws, and configuration_error for a store that
// is neither sqlite::memory: nor sqlite:FILE.
figures run(const workload& what, const run_request& how);

}  // namespace duroxide::bench
