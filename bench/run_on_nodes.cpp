#include "bench/run_on_nodes.hpp"

#include "bench/cluster.hpp"
#include "bench/counting_provider.hpp"
#include "bench/driver.hpp"
#include "bench/elapsed.hpp"
#include "bench/open_store.hpp"
#include "bench/sowing.hpp"
#include "bench/stop.hpp"

#include <chrono>

namespace duroxide::bench {

namespace {

// `all`: a driver or a sowing.
template <class All>
figures measure(const workload& what, All& all, cluster& nodes, const store_counts& of_client) {
  const node_report before = nodes.report();
  const std::uint64_t calls_before = of_client.other_calls;
  const auto began = std::chrono::steady_clock::now();
  all.run();
  const double seconds = seconds_since(began);
  const node_report used = nodes.report().since(before);
  const std::uint64_t calls = of_client.other_calls - calls_before;
  if (asked_to_stop()) nodes.kill();  // they could be busy with what is left for longer than anybody waits
  figures measured = summarise(what, all.outcomes(), seconds);
  set_used(measured, used);
  measured.more.emplace_back("client_statements", static_cast<double>(calls));
  return measured;
}

figures measure(const workload& what, const run_request& how, const client& caller, cluster& nodes,
                const store_counts& of_client) {
  if (how.in_flight == 0) {
    sowing all(what, caller, how.instances);
    return measure(what, all, nodes, of_client);
  }
  driver all(what, *caller.port(), {how.instances, how.in_flight, how.seconds});
  return measure(what, all, nodes, of_client);
}

}  // namespace

void require_postgres(const workload& what, const run_request& how) {
  if (is_postgres(how.store)) return;
  throw configuration_error(error_kind::invalid_argument,
                            "the workload " + what.name + " runs on nodes with a PostgreSQL store only");
}

figures run_on_nodes(const workload& what, const run_request& how) {
  require_postgres(what, how);
  cluster nodes(what, how);
  const auto counts = std::make_shared<store_counts>();
  const client caller(count_calls(open_store({nodes.url()}), counts));
  figures measured = measure(what, how, caller, nodes, *counts);
  measured.store = caller.port()->store()->description();
  measured.nodes = how.nodes;
  nodes.stop();
  return measured;
}

}  // namespace duroxide::bench
