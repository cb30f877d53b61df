#include "bench/run_on_nodes.hpp"
#include "bench/stop.hpp"

#include <vector>

namespace duroxide::bench {

namespace {

void run_scale(const workload& what, const run_request& how, const row_sink& row) {
  std::vector<std::size_t> sizes{1, 2, 4};
  if (how.nodes != 0) sizes = {how.nodes};
  for (const std::size_t nodes : sizes) {
    if (asked_to_stop()) return;
    run_request one = how;
    one.nodes = nodes;
    row(run_on_nodes(what, one));
  }
}

}  // namespace

workload scale() {
  workload w = sequence5();
  w.name = "scale";
  w.one_instance_does = "5 trivial activities in a row, on 1, 2 and 4 nodes (PostgreSQL)";
  w.run = run_scale;
  w.rows.clear();
  return w;
}

}  // namespace duroxide::bench
