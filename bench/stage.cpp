#include "bench/stage.hpp"

#include "bench/cluster.hpp"
#include "bench/elapsed.hpp"
#include "bench/judge.hpp"
#include "bench/leftovers.hpp"
#include "bench/open_store.hpp"
#include "bench/run_on_nodes.hpp"
#include "bench/waiting.hpp"

#include <chrono>

namespace duroxide::bench {

stage::stage(const workload& what, const run_request& how)
    : url_(settled_url({how.store, how.fresh, how.relaxed_durability})) {
  if (how.nodes > 1) require_postgres(what, how);
  auto store = open_store({url_, false, how.relaxed_durability});
  warn_of_unfinished_instances(store);
  here_ = std::make_unique<local_node>(what, std::move(store), options_of(how));
  run_request beside = how;
  beside.store = url_;
  for (std::size_t i = 1; i < how.nodes; ++i) beside_.push_back(std::make_unique<node_process>(what, beside));
  for (const auto& each : beside_) each->wait_until_ready();
  if (how.nodes > 1) wait_until_shared_out(url_, how.nodes);
}

stage::~stage() {
  for (const auto& each : beside_) asked_to_stop() ? each->kill() : each->ask_to_stop();
  here_.reset();
}

node_report stage::report() {
  node_report all = here_->report();
  for (const auto& each : beside_) all += each->report();
  return all;
}

figures stage::figures_of(const std::vector<outcome>& outcomes, double seconds, const node_report& since) {
  figures measured = here_->figures_of(outcomes, seconds, since);
  set_used(measured, report().since(since));
  measured.nodes = 1 + beside_.size();
  return measured;
}

std::optional<outcome> run_one(client caller, const workload& what, const std::string& id,
                               std::size_t number) {
  const auto began = std::chrono::steady_clock::now();
  caller.start({what.orchestration, id, what.input(number), {}});
  auto end = caller.async().instance(id).wait(std::chrono::minutes(10));
  if (!has_come(end)) return std::nullopt;
  const double ms = milliseconds_since(began);
  return outcome{is_right(what, id, number, end.get()), ms};
}

}  // namespace duroxide::bench
