#include "bench/workload.hpp"

namespace duroxide::bench {

std::vector<workload> all_workloads() {
  return {hello(),        sequence5(), chain(),    fanout(), stress(),   latency(), timers(),   queue(),
          children(),     eternal(),   payload(),  replay(), resident(), idle(),    failover(), scale(),
          long_history(), finished(),  sleeping(), wide(),   backlog(),  fair(),    accounts()};
}

}  // namespace duroxide::bench
