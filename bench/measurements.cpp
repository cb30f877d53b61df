#include "bench/measurements.hpp"

#include <boost/json.hpp>
#include <sys/resource.h>

#include <cmath>
#include <cstdio>

namespace duroxide::bench {

namespace {

rusage own_usage() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage;
}

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

}  // namespace

double percentile(const std::vector<double>& sorted, double percent) {
  auto rank = static_cast<std::size_t>(std::ceil(percent / 100.0 * static_cast<double>(sorted.size())));
  return sorted[rank == 0 ? 0 : rank - 1];
}

double cpu_seconds() {
  rusage usage = own_usage();
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double peak_rss_mib() { return static_cast<double>(own_usage().ru_maxrss) / 1024.0; }

std::string to_json(const figures& run) {
  return boost::json::serialize(boost::json::value{
      {"workload", run.workload},
      {"store", run.store},
      {"nodes", run.nodes},
      {"instances", run.instances},
      {"ok", run.ok},
      {"wrong", run.wrong},
      {"seconds", run.seconds},
      {"per_second", run.per_second},
      {"steps_per_second", run.steps_per_second},
      {"p50_ms", run.p50_ms},
      {"p90_ms", run.p90_ms},
      {"p99_ms", run.p99_ms},
      {"cpu_s", run.cpu_s},
      {"rss_mib", run.rss_mib},
      {"commits", run.commits},
      {"turns", run.turns},
      {"statements", run.statements},
  });
}

std::string to_text(const figures& run) {
  char line[400];
  std::snprintf(
      line, sizeof line,
      "%-10s %-22s %7zu ok %zu wrong %8.2f s %9.0f /s %9.0f steps/s  p50 %7.2f p90 %7.2f p99 %7.2f ms  "
      "cpu %.2f s  rss %.0f MiB  %llu commits (%.3f per instance, %.1f turns each)",
      run.workload.c_str(), run.store.c_str(), run.ok, run.wrong, run.seconds, run.per_second,
      run.steps_per_second, run.p50_ms, run.p90_ms, run.p99_ms, run.cpu_s, run.rss_mib,
      static_cast<unsigned long long>(run.commits),
      static_cast<double>(run.commits) / static_cast<double>(run.instances),
      static_cast<double>(run.turns) / static_cast<double>(run.commits));
  return line;
}

}  // namespace duroxide::bench
