#include "bench/run.hpp"

#include "bench/local_node.hpp"
#include "bench/open_store.hpp"
#include "bench/run_on_nodes.hpp"
#include "bench/stop.hpp"

namespace duroxide::bench {

run_request completed(run_request how, const workload& what) {
  if (how.instances == 0) how.instances = what.instances;
  if (how.in_flight == 0) how.in_flight = what.in_flight;
  if (how.workers == 0) how.workers = what.workers;
  if (!how.seconds) how.seconds = what.seconds;
  const bool one_by_one = what.hears.in_flight && (what.talk || how.seconds);
  if (how.nodes != 0 && how.in_flight == 0 && one_by_one) how.in_flight = most_waits;
  return how;
}

runtime_options options_of(const run_request& how) {
  runtime_options options;
  options.worker_concurrency = how.workers;
  options.journal_lanes = how.lanes;
  options.verify_replay = false;  // a check for tests, not part of what is measured
  return options;
}

figures run_here(const workload& what, const run_request& how) {
  local_node node(what, open_store_of(how), options_of(how));
  return node.run({how.instances, how.in_flight, how.seconds});
}

namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw configuration_error(error_kind::invalid_argument, why);
}

// What would have no effect is refused, so that nobody believes that it had one.
void require_meaning(const workload& what, const run_request& how) {
  const auto require = [&](bool is_heard, bool is_given, const std::string& option) {
    if (is_given && !is_heard)
      refuse("the option " + option + " means nothing to the workload " + what.name + "; leave it out");
  };
  require(what.hears.instances, how.instances != 0, "--instances");
  require(what.hears.in_flight, how.in_flight != 0, "--in-flight");
  require(what.hears.seconds, how.seconds.has_value(), "--seconds");
  require(what.hears.nodes, how.nodes != 0, "--nodes");
  if (how.relaxed_durability && is_postgres(how.store))
    refuse("the option --relaxed-durability is of SQLite stores only; leave it out, and set "
           "synchronous_commit on the PostgreSQL server");
}

row_sink with_limit(const workload& what, const run_request& how, const row_sink& row) {
  if (what.rows.empty()) refuse("the workload " + what.name + " has no limit in rows; leave out --limit");
  return [limit = floor_per_second(how.store, what.rows), row](figures measured) {
    measured.more.emplace_back("limit_per_second", limit);
    measured.more.emplace_back("share_of_limit", ratio(measured.per_second, limit));
    row(measured);
  };
}

}  // namespace

void run(const workload& what, const run_request& how, const row_sink& to) {
  require_meaning(what, how);
  const run_request complete = completed(how, what);
  const row_sink told = [&](figures measured) {
    measured.under = {complete.in_flight, complete.workers, complete.lanes, complete.relaxed_durability};
    to(measured);
  };
  const row_sink row = how.limit ? with_limit(what, complete, told) : told;
  if (asked_to_stop()) return;
  if (what.run) return what.run(what, complete, row);
  row(complete.nodes == 0 ? run_here(what, complete) : run_on_nodes(what, complete));
}

}  // namespace duroxide::bench
