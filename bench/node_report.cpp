#include "bench/node_report.hpp"

#include "bench/counting_provider.hpp"
#include "bench/measurements.hpp"

#include <boost/json.hpp>

namespace duroxide::bench {

node_report& node_report::operator+=(const node_report& more) {
  cpu_s += more.cpu_s;
  rss_mib += more.rss_mib;
  commits += more.commits;
  turns += more.turns;
  statements += more.statements;
  return *this;
}

node_report node_report::since(const node_report& before) const {
  return {cpu_s - before.cpu_s, rss_mib, commits - before.commits, turns - before.turns,
          statements - before.statements};
}

node_report report_of(const store_counts& counts) {
  return {cpu_seconds(), peak_rss_mib(), counts.commits, counts.turns, counts.other_calls};
}

void set_used(figures& row, const node_report& by_nodes) {
  row.cpu_s = by_nodes.cpu_s;
  row.rss_mib = by_nodes.rss_mib;
  row.commits = by_nodes.commits;
  row.turns = by_nodes.turns;
  row.statements = by_nodes.statements;
}

std::string to_line(const node_report& report) {
  return boost::json::serialize(boost::json::value{{"cpu_s", report.cpu_s},
                                                   {"rss_mib", report.rss_mib},
                                                   {"commits", report.commits},
                                                   {"turns", report.turns},
                                                   {"statements", report.statements}});
}

node_report report_from(const std::string& line) {
  const boost::json::value parsed = boost::json::parse(line);
  const boost::json::object& all = parsed.as_object();
  const auto count = [&](const char* name) { return all.at(name).to_number<std::uint64_t>(); };
  return {all.at("cpu_s").to_number<double>(), all.at("rss_mib").to_number<double>(), count("commits"),
          count("turns"), count("statements")};
}

}  // namespace duroxide::bench
