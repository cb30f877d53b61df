// What rows cost in bare transactions on this machine, with the durability that stores have.
#include "bench/arguments.hpp"
#include "bench/floor.hpp"
#include "bench/stop.hpp"
#include "bench/workload.hpp"

#include <cstdio>
#include <exception>
#include <string>

namespace {

namespace bench = duroxide::bench;

void measure_commits(const std::string& store) {
  for (const std::size_t rows : {1, 10, 100, 1000}) {
    const double commits = bench::floor_commits_per_second(store, rows);
    if (bench::asked_to_stop()) return;
    std::printf("%5zu rows a commit: %8.0f commits/s %9.0f rows/s %8.3f ms a commit\n", rows, commits,
                commits * static_cast<double>(rows), 1000.0 / commits);
  }
}

void measure_workloads(const std::string& store) {
  for (const auto& each : bench::all_workloads()) {
    if (each.rows.empty()) continue;
    const double instances = bench::floor_per_second(store, each.rows);
    if (bench::asked_to_stop()) return;
    std::printf("%-12s %8.0f instances/s at most\n", each.name.c_str(), instances);
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Measures what rows cost in bare transactions, and so the most that a workload could reach."};
  std::string store;
  bench::add_store(app, store);
  if (const auto ended = bench::parse(app, argc, argv)) return *ended;
  bench::listen_for_interrupt();  // what is being measured cleans up
  try {
    measure_commits(store);
    if (!bench::asked_to_stop()) measure_workloads(store);
    return bench::asked_to_stop() ? bench::exit_interrupted : 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "duroxide_bench_limit: %s\n", e.what());
    return bench::exit_failed;
  }
}
