// One simulation: a cluster, its clients, and the judgement at the end.
#pragma once

#include "tests/simulation/faults.hpp"
#include "tests/simulation/findings.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::simulation {

struct run_result {
  std::uint64_t seed = 0;
  std::vector<finding> violations;  // of what must hold; empty: all is well
  std::uint64_t log_hash = 0;
  std::uint64_t log_lines = 0;
  std::uint64_t steps = 0;
  std::uint64_t nodes = 0;
  std::uint64_t instances = 0;
  std::uint64_t activity_runs = 0;
  duration simulated{};
  duration to_the_end{};  // from the calm on, beyond what the workflows wait by themselves
  fault_counts faults;
};

// Runs the simulation of this seed. If a file is named, its log is written there, and what is in the store at
// the end, as an export, beside it: FILE.store.
run_result run_seed(std::uint64_t seed, const std::string& log_file = {});

}  // namespace duroxide::simulation
