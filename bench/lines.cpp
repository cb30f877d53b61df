#include "bench/lines.hpp"

#include "bench/formatted.hpp"

#include <boost/json.hpp>

namespace duroxide::bench {

std::string to_json(const figures& run) {
  boost::json::object line{
      {"workload", run.workload},
      {"store", run.store},
      {"nodes", run.nodes},
      {"in_flight", run.under.in_flight},
      {"workers", run.under.workers},
      {"lanes", run.under.lanes ? boost::json::value(*run.under.lanes) : boost::json::value()},
      {"relaxed_durability", run.under.relaxed_durability},
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
  };
  if (!run.part.empty()) line.emplace("of", run.part);
  for (const auto& [name, value] : run.more) line.emplace(name, value);
  for (const growth_point& each : run.growth) {
    line.emplace(each.size_name, each.size);
    line.emplace(each.cost_name, each.cost);
  }
  return boost::json::serialize(line);
}

std::string to_text(const figures& run) {
  std::string line =
      formatted("%-12s %-30s %zu node%s %7zu ok %zu wrong %8.2f s", run.workload.c_str(), run.store.c_str(),
                run.nodes, run.nodes == 1 ? " " : "s", run.ok, run.wrong, run.seconds);
  if (run.instances != 0)
    line += formatted(" %9.0f /s %9.0f steps/s  p50 %7.2f p90 %7.2f p99 %7.2f ms", run.per_second,
                      run.steps_per_second, run.p50_ms, run.p90_ms, run.p99_ms);
  line += formatted("  cpu %.2f s  rss %.0f MiB", run.cpu_s, run.rss_mib);
  if (run.instances != 0)
    line += formatted("  %llu commits (%.3f per instance, %.1f turns each)",
                      static_cast<unsigned long long>(run.commits),
                      ratio(static_cast<double>(run.commits), static_cast<double>(run.instances)),
                      ratio(static_cast<double>(run.turns), static_cast<double>(run.commits)));
  if (run.under.relaxed_durability) line += "  relaxed durability";
  for (const auto& [name, value] : run.more) line += formatted("  %s %.4g", name.c_str(), value);
  if (!run.part.empty()) line += "  " + run.part;
  if (!run.growth.empty())
    line += formatted("  %s %.0f", run.growth.front().size_name.c_str(), run.growth.front().size);
  for (const growth_point& each : run.growth)
    line += formatted("  %s %.4g", each.cost_name.c_str(), each.cost);
  return line;
}

}  // namespace duroxide::bench
