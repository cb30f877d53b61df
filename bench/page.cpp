#include "bench/page.hpp"

#include "bench/dot_plot.hpp"
#include "bench/line_plot.hpp"
#include "bench/svg.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace duroxide::bench {

namespace {

constexpr const char* head = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>duroxide_bench</title>
<style>
:root { color-scheme: light dark; --ground: #fff; --ink: #1d232b; --faint: #6b7480; --line: #dfe3e8;
        --first: #0b63ce; --second: #6fa8ec; --third: #b9d4f6; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181d; --ink: #e4e8ed; --faint: #94a0ad; --line: #2d353e;
          --first: #6db1ff; --second: #3f7fca; --third: #27507f; }
}
body { background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
       max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { font-weight: 600; }
svg { width: 100%; height: auto; }
.text { fill: var(--ink); font-size: 13px; }
.faint { fill: var(--faint); font-size: 11px; }
.grid { stroke: var(--line); }
.range { stroke: var(--second); stroke-width: 3; }
.dot0 { fill: var(--first); }
.dot1 { fill: var(--second); }
.dot2 { fill: var(--third); stroke: var(--second); }
.line0, .line1, .line2 { fill: none; stroke: var(--first); stroke-width: 2; }
.line1 { stroke: var(--second); }
.line2 { stroke: var(--third); }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child, td:last-child { text-align: left; }
</style>
</head>
<body>
<h1>duroxide_bench</h1>
)html";

using values_of = std::function<std::vector<double>(const figures&)>;

std::string kind_of(const std::string& store) {
  if (store.starts_with("postgres")) return "PostgreSQL";
  if (store == "sqlite::memory:") return "SQLite memory";
  return store.starts_with("sqlite:") ? "SQLite file" : store;
}

std::string label_of(const figures& row) {
  const std::string nodes = row.nodes == 1 ? "" : ", " + std::to_string(row.nodes) + " nodes";
  return row.workload + ", " + kind_of(row.store) + nodes + (row.part.empty() ? "" : ", " + row.part) +
         (row.under.relaxed_durability ? ", relaxed durability" : "");
}

std::string spoken(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

std::string with_title(const std::string& title, const std::string& plot) {
  return plot.empty() ? "" : "<h2>" + escaped(title) + "</h2>\n" + plot;
}

// Costs by size: one for each round.
using rounds_of_curve = std::map<double, std::vector<double>>;

curve medians_of(const std::string& label, const rounds_of_curve& rounds) {
  curve medians{label, {}};
  for (auto [size, costs] : rounds) {
    std::ranges::sort(costs);
    medians.points.emplace_back(size, percentile(costs, 50));
  }
  return medians;
}

struct growth_plot {
  std::string size_name;
  std::string cost_name;
  std::map<std::string, rounds_of_curve> curves;  // by label
};

// A plot for each cost of each workload whose rows are curves, with a curve for each store, number of nodes,
// and part of the workload.
std::string growth(const std::vector<figures>& rows) {
  std::map<std::pair<std::string, std::size_t>, growth_plot> plots;  // by workload and number of the cost
  for (const figures& row : rows)
    for (std::size_t i = 0; i < row.growth.size(); ++i) {
      growth_plot& plot = plots[{row.workload, i}];
      plot.size_name = spoken(row.growth[i].size_name);
      plot.cost_name = spoken(row.growth[i].cost_name);
      const std::string label = label_of(row).substr(row.workload.size() + 2);
      plot.curves[label][row.growth[i].size].push_back(row.growth[i].cost);
    }
  std::string html;
  for (const auto& [which, plot] : plots) {
    std::vector<curve> curves;
    for (const auto& [label, rounds] : plot.curves) curves.push_back(medians_of(label, rounds));
    const std::string title = which.first + ": " + plot.cost_name + " over " + plot.size_name;
    html += with_title(title, line_plot(title, plot.size_name, curves));
  }
  return html;
}

std::string section(const std::string& title, const std::vector<figures>& rows, const values_of& values) {
  std::vector<dot_row> dots;
  for (const figures& row : rows)
    if (row.instances != 0 && row.growth.empty()) dots.push_back({label_of(row), values(row)});
  return with_title(title, dot_plot(title, dots));
}

std::string cells(const std::vector<std::string>& texts, const std::string& kind) {
  std::string html = "<tr>";
  for (const std::string& each : texts) html += "<" + kind + ">" + escaped(each) + "</" + kind + ">";
  return html + "</tr>\n";
}

std::string table_row(const figures& row) {
  const conditions& under = row.under;
  std::string more =
      formatted("in flight %s, workers %zu, lanes %s",
                under.in_flight == 0 ? "all" : std::to_string(under.in_flight).c_str(), under.workers,
                under.lanes ? std::to_string(*under.lanes).c_str() : "as the store has them");
  for (const auto& [name, value] : row.more) more += ", " + name + " " + short_number(value);
  if (!row.growth.empty())
    more += ", " + row.growth.front().size_name + " " + short_number(row.growth.front().size);
  for (const growth_point& each : row.growth) more += ", " + each.cost_name + " " + short_number(each.cost);
  return cells({label_of(row), std::to_string(row.ok), std::to_string(row.wrong), short_number(row.seconds),
                short_number(row.per_second), short_number(row.steps_per_second), short_number(row.p50_ms),
                short_number(row.p90_ms), short_number(row.p99_ms), short_number(row.cpu_s),
                short_number(row.rss_mib), std::to_string(row.commits), std::to_string(row.statements), more},
               "td");
}

std::string table(const std::vector<figures>& rows) {
  std::string html = "<h2>Figures</h2>\n<div class=\"table\"><table>\n";
  html += cells({"run", "ok", "wrong", "seconds", "per second", "steps/s", "p50 ms", "p90 ms", "p99 ms",
                 "CPU s", "RSS MiB", "commits", "statements", "more"},
                "th");
  for (const figures& row : rows) html += table_row(row);
  return html + "</table></div>\n";
}

}  // namespace

std::string to_page(const std::vector<figures>& rows) {
  std::string html = head;
  html += section("Instances per second", rows,
                  [](const figures& row) { return std::vector<double>{row.per_second}; });
  html += section("Milliseconds from start to done: p50 / p90 / p99", rows, [](const figures& row) {
    return std::vector<double>{row.p50_ms, row.p90_ms, row.p99_ms};
  });
  html += section("Commits per instance", rows, [](const figures& row) {
    return std::vector<double>{ratio(static_cast<double>(row.commits), static_cast<double>(row.instances))};
  });
  return html + growth(rows) + table(rows) + "</body>\n</html>\n";
}

}  // namespace duroxide::bench
