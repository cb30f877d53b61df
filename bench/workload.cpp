#include "bench/workload.hpp"

namespace duroxide::bench {

std::vector<workload> all_workloads() { return {hello(), sequence5(), chain(), fanout(), latency()}; }

}  // namespace duroxide::bench
