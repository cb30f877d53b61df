#include "bench/measurements.hpp"

#include "bench/workload.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace duroxide::bench {

figures summarise(const workload& what, const std::vector<outcome>& outcomes, double seconds) {
  figures measured;
  measured.workload = what.name;
  measured.instances = outcomes.size();
  measured.seconds = seconds;
  std::vector<double> latencies;
  for (const outcome& each : outcomes) {
    (each.right ? measured.ok : measured.wrong) += 1;
    if (each.right) latencies.push_back(each.ms);
  }
  std::ranges::sort(latencies);
  measured.p50_ms = percentile(latencies, 50);
  measured.p90_ms = percentile(latencies, 90);
  measured.p99_ms = percentile(latencies, 99);
  measured.per_second = ratio(static_cast<double>(measured.ok), seconds);
  measured.steps_per_second = measured.per_second * static_cast<double>(what.steps);
  return measured;
}

double percentile(const std::vector<double>& sorted, double percent) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100.0 * static_cast<double>(sorted.size())));
  return sorted[rank == 0 ? 0 : rank - 1];
}

double cpu_seconds(const rusage& usage) {
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return cpu_seconds(usage);
}

// Not getrusage: what it says of a process includes the peak of the one that began it.
double peak_rss_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib / 1024.0;
  }
  return 0;
}

double ratio(double amount, double per) { return per > 0 ? amount / per : 0; }

}  // namespace duroxide::bench
