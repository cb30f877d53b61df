// Runs workloads on a store and measures them.
#pragma once

#include "duroxide/options.hpp"
#include "bench/measurements.hpp"
#include "bench/workload.hpp"

#include <optional>
#include <string>

namespace duroxide::bench {

struct run_request {
  std::string store;
  std::size_t instances = 0;           // 0: the workload's own, as for those that follow
  std::size_t in_flight = 0;           // 0: all at once
  std::size_t workers = 0;             // activity threads of a node
  std::optional<std::size_t> seconds;  // no instance is started later
  std::size_t nodes = 0;               // in processes of their own; 0: a runtime in this process
  std::optional<std::size_t> lanes;    // none: what suits the store
  bool fresh = false;                  // delete the store's file first, or make a new schema
  bool relaxed_durability = false;
  bool limit = false;  // measure first what the same rows cost in bare transactions
};

// What is not asked for is as the workload has it, or as nodes need it.
run_request completed(run_request how, const workload& what);

runtime_options options_of(const run_request& how);

// Checks the result of every instance, and gives each row to `row`. Ctrl-C ends it with the instances that
// have ended. Throws what the store throws, and configuration_error (invalid_argument) for a store of no
// known kind, or one that several processes cannot share if they are to, and for an option that means nothing
// to this workload or this store.
void run(const workload& what, const run_request& how, const row_sink& row);

// The usual run of it with a runtime in this process. REQUIRES: `how` is complete.
figures run_here(const workload& what, const run_request& how);

// At most so many instances are in flight where a client without a runtime waits for each by itself: it asks
// for all of them whenever one of them may have ended.
inline constexpr std::size_t most_waits = 32;

}  // namespace duroxide::bench
