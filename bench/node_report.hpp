// What a node process has counted since it began.
#pragma once

#include <cstdint>
#include <string>

namespace duroxide::bench {

struct node_report {
  double cpu_s = 0;
  double rss_mib = 0;  // peak
  std::uint64_t commits = 0;
  std::uint64_t turns = 0;
  std::uint64_t statements = 0;  // calls of the store other than commits

  node_report& operator+=(const node_report& more);
  // What has come since `before`; the peak as it is.
  node_report since(const node_report& before) const;
};

struct figures;
struct store_counts;

// Of this process, with what its provider has counted.
node_report report_of(const store_counts& counts);
// Puts what nodes have used into a row.
void set_used(figures& row, const node_report& by_nodes);

// One line of JSON, by which it goes from process to process.
std::string to_line(const node_report& report);
// Throws std::exception for any other text.
node_report report_from(const std::string& line);

}  // namespace duroxide::bench
