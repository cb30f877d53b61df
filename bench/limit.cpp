// The machine's floor: what rows cost in bare transactions, with the durability that stores have.
#include "bench/floor.hpp"
#include "bench/workload.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <string>

int main(int argc, char** argv) {
  CLI::App app{"Measures what rows cost in bare transactions, and so the most that a workload could reach."};
  std::string store;
  app.add_option("--store", store, "sqlite::memory:, sqlite:FILE or postgresql://...")
      ->envname("DUROXIDE_BENCH_STORE")
      ->required();
  CLI11_PARSE(app, argc, argv);
  try {
    for (const std::size_t rows : {1, 10, 100, 1000}) {
      const double commits = duroxide::bench::floor_commits_per_second(store, rows);
      std::printf("%5zu rows a commit: %8.0f commits/s %9.0f rows/s %8.3f ms a commit\n", rows, commits,
                  commits * static_cast<double>(rows), 1000.0 / commits);
    }
    for (const auto& each : duroxide::bench::all_workloads())
      if (!each.rows.empty())
        std::printf("%-12s %8.0f instances/s at most\n", each.name.c_str(),
                    duroxide::bench::floor_per_second(store, each.rows));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "duroxide_bench_limit: %s\n", e.what());
    return 2;
  }
}
