// Figures of one run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::bench {

struct figures {
  std::string workload;
  std::string store;
  std::size_t nodes = 1;
  std::size_t instances = 0;
  std::size_t ok = 0;
  std::size_t wrong = 0;
  double seconds = 0;
  double per_second = 0;        // instances
  double steps_per_second = 0;  // activities
  double p50_ms = 0;            // from start to done, of one instance
  double p90_ms = 0;
  double p99_ms = 0;
  double cpu_s = 0;
  double rss_mib = 0;
  std::uint64_t commits = 0;
  std::uint64_t turns = 0;
  std::uint64_t statements = 0;  // store calls other than commits
};

// The smallest value that at least `percent` of the values do not exceed. REQUIRES: sorted, not empty.
double percentile(const std::vector<double>& sorted, double percent);

// User and system time of this process, in seconds.
double cpu_seconds();
// Peak resident set of this process.
double peak_rss_mib();

// One line of JSON.
std::string to_json(const figures& run);
// One line for people.
std::string to_text(const figures& run);

}  // namespace duroxide::bench
