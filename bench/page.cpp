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
  return store.find("memory") == std::string::npos ? "SQLite file" : "SQLite memory";
}

std::string label_of(const figures& row) {
  const std::string nodes = row.nodes == 1 ? "" : ", " + std::to_string(row.nodes) + " nodes";
  return row.workload + ", " + kind_of(row.store) + nodes;
}

std::string spoken(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

// A plot for each workload whose rows are a curve, with a curve for each store and number of nodes.
std::string growth(const std::vector<figures>& rows) {
  std::map<std::string, std::vector<curve>> plots;
  std::map<std::string, std::pair<std::string, std::string>> names;
  for (const figures& row : rows) {
    if (!row.growth) continue;
    std::vector<curve>& curves = plots[row.workload];
    names[row.workload] = {spoken(row.growth->size_name), spoken(row.growth->cost_name)};
    const std::string label = label_of(row).substr(row.workload.size() + 2);
    auto at = std::ranges::find(curves, label, &curve::label);
    if (at == curves.end()) at = curves.insert(at, {label, {}});
    at->points.emplace_back(row.growth->size, row.growth->cost);
  }
  std::string html;
  for (auto& [workload, curves] : plots) {
    for (curve& each : curves) std::ranges::sort(each.points);
    const auto& [size, cost] = names[workload];
    const std::string title = workload + ": " + cost + " over " + size;
    html += "<h2>" + escaped(title) + "</h2>\n" + line_plot(title, size, curves);
  }
  return html;
}

std::string section(const std::string& title, const std::vector<figures>& rows, const values_of& values) {
  std::vector<dot_row> dots;
  for (const figures& row : rows)
    if (row.instances != 0 && !row.growth) dots.push_back({label_of(row), values(row)});
  const std::string plot = dot_plot(title, dots);
  return plot.empty() ? "" : "<h2>" + escaped(title) + "</h2>\n" + plot;
}

std::string cells(const std::vector<std::string>& texts, const std::string& kind) {
  std::string html = "<tr>";
  for (const std::string& each : texts) html += "<" + kind + ">" + escaped(each) + "</" + kind + ">";
  return html + "</tr>\n";
}

std::string table_row(const figures& row) {
  std::string more;
  for (const auto& [name, value] : row.more)
    more += (more.empty() ? "" : ", ") + name + " " + short_number(value);
  if (row.growth)
    more += (more.empty() ? "" : ", ") + row.growth->size_name + " " + short_number(row.growth->size) + ", " +
            row.growth->cost_name + " " + short_number(row.growth->cost);
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
