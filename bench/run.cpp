#include "bench/run.hpp"

#include "bench/local_node.hpp"
#include "bench/run_on_nodes.hpp"

namespace duroxide::bench {

run_request completed(run_request how, const workload& what) {
  if (how.instances == 0) how.instances = what.instances;
  if (how.in_flight == 0) how.in_flight = what.in_flight;
  if (how.workers == 0) how.workers = what.workers;
  if (!how.seconds) how.seconds = what.seconds;
  return how;
}

runtime_options options_of(const run_request& how) {
  runtime_options options;
  options.worker_concurrency = how.workers;
  options.journal_lanes = how.lanes;
  options.verify_replay = false;  // a check for tests, not part of what is measured
  return options;
}

void require_one_process(const workload& what, const run_request& how) {
  if (how.nodes == 0) return;
  throw configuration_error(error_kind::invalid_argument,
                            "the workload " + what.name + " runs in one process, without --nodes");
}

figures run_here(const workload& what, const run_request& how) {
  local_node node(what, open_store_of(how), options_of(how));
  return node.run({how.instances, how.in_flight, how.seconds});
}

namespace {

row_sink with_limit(const workload& what, const run_request& how, const row_sink& row) {
  if (what.rows.empty())
    throw configuration_error(error_kind::invalid_argument,
                              "the workload " + what.name + " has no limit in rows; leave out --limit");
  return [limit = floor_per_second(how.store, what.rows), row](figures measured) {
    measured.more.emplace_back("limit_per_second", limit);
    measured.more.emplace_back("share_of_limit", ratio(measured.per_second, limit));
    row(measured);
  };
}

}  // namespace

void run(const workload& what, const run_request& how, const row_sink& to) {
  const run_request complete = completed(how, what);
  const row_sink row = how.limit ? with_limit(what, complete, to) : to;
  if (what.run) return what.run(what, complete, row);
  row(complete.nodes == 0 ? run_here(what, complete) : run_on_nodes(what, complete));
}

}  // namespace duroxide::bench
