// Figures of one run.
#pragma once

#include "bench/conditions.hpp"

#include <sys/resource.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::bench {

struct workload;

// A point of a curve: what something cost when there was so much of something else.
struct growth_point {
  std::string size_name;
  double size = 0;
  std::string cost_name;
  double cost = 0;
};

struct figures {
  std::string workload;
  std::string store;  // without secrets
  std::size_t nodes = 1;
  conditions under;
  std::size_t instances = 0;  // that are accounted for: ok + wrong
  std::size_t ok = 0;
  std::size_t wrong = 0;
  double seconds = 0;
  double per_second = 0;        // instances that are ok, as for what follows
  double steps_per_second = 0;  // what an instance does again and again: activities, messages, executions
  double p50_ms = 0;            // from start to done, of one instance
  double p90_ms = 0;
  double p99_ms = 0;
  double cpu_s = 0;                                  // of the processes that run instances
  double rss_mib = 0;                                // their peaks, added up
  std::uint64_t commits = 0;                         // of journals
  std::uint64_t turns = 0;                           // in them
  std::uint64_t statements = 0;                      // calls of the store other than commits
  std::vector<std::pair<std::string, double>> more;  // what only this workload has, by name
  std::string part;                                  // what of the workload was measured, if not all of it
  std::vector<growth_point> growth;                  // of workloads whose rows are curves
};

// How one instance ended.
struct outcome {
  bool right = false;
  double ms = 0;  // from its start
};

// What outcomes say; the rest is left at 0. What ended wrong is counted, but has no part in how fast it went.
figures summarise(const workload& what, const std::vector<outcome>& outcomes, double seconds);

// The smallest value that at least `percent` of the values do not exceed; 0 if there are none.
// REQUIRES: sorted.
double percentile(const std::vector<double>& sorted, double percent);

// User and system time, in seconds.
double cpu_seconds(const rusage& usage);
// Of this process.
double cpu_seconds();
// Peak resident set of this process.
double peak_rss_mib();

// `amount` a `per`; 0 if there is nothing to share it among.
double ratio(double amount, double per);

}  // namespace duroxide::bench
