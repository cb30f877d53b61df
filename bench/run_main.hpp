// The program duroxide_bench, also for those who bring workloads and stores of their own.
#pragma once

#include "bench/open_store.hpp"
#include "bench/workload.hpp"

#include <vector>

namespace duroxide::bench {

struct extension {
  std::vector<workload> workloads{};  // one with the name of one of ours replaces it
  store_opener open_store{};          // none: there are no other stores
};

// All that main has to do; gives the exit code. Node processes are this program begun again, and have the
// workloads too.
int run_main(int argc, char** argv, extension own = {});

}  // namespace duroxide::bench
