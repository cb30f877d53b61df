#include "bench/cluster.hpp"
#include "bench/elapsed.hpp"
#include "bench/open_store.hpp"
#include "bench/progress.hpp"
#include "bench/server_transactions.hpp"
#include "bench/stop.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

namespace duroxide::bench {

namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// After that a server has heard of all that nodes did when they began.
constexpr clock::duration longest_settling = 12s;

// Nothing, for so long, or until Ctrl-C.
void rest(clock::duration time, const std::string& name) {
  progress shown(name);
  const auto end = clock::now() + time;
  while (clock::now() < end && !asked_to_stop()) {
    std::this_thread::sleep_for(std::min<clock::duration>(end - clock::now(), 100ms));
    shown.show(0, 0);
  }
}

std::string description_of(const std::string& url) { return open_store({url})->description(); }

figures watch_nodes(const workload& what, const run_request& how) {
  const clock::duration time = std::chrono::seconds(how.seconds.value_or(0));
  cluster nodes(what, how);
  const std::string store = description_of(nodes.url());
  std::optional<server_transactions> server;
  if (is_postgres(nodes.url())) server.emplace(nodes.url());
  rest(std::min(time / 5, longest_settling), what.name);

  const auto began = clock::now();
  const node_report before = nodes.report();
  const std::int64_t transactions_before = server ? server->so_far() : 0;
  rest(time, what.name);
  const node_report used = nodes.report().since(before);
  const std::int64_t transactions = server ? server->so_far() - transactions_before : 0;
  figures measured = summarise(what, {}, seconds_since(began));
  nodes.stop();

  measured.store = store;
  measured.nodes = how.nodes;
  set_used(measured, used);
  const double node_seconds = measured.seconds * static_cast<double>(how.nodes);
  const auto calls = static_cast<double>(used.statements + used.commits);
  measured.more.emplace_back("statements_per_second_per_node", ratio(calls, node_seconds));
  measured.more.emplace_back("cpu_s_per_minute_per_node", ratio(used.cpu_s * 60, node_seconds));
  if (server)
    measured.more.emplace_back("server_transactions_per_second_per_node",
                               ratio(static_cast<double>(transactions), node_seconds));
  return measured;
}

void run_idle(const workload& what, const run_request& how, const row_sink& row) {
  std::vector<std::size_t> sizes{1};
  if (is_postgres(how.store)) sizes.push_back(3);
  if (how.nodes != 0) sizes = {how.nodes};
  for (const std::size_t nodes : sizes) {
    if (asked_to_stop()) return;
    run_request one = how;
    one.nodes = nodes;
    row(watch_nodes(what, one));
  }
}

}  // namespace

workload idle() {
  workload w = hello();
  w.name = "idle";
  w.one_instance_does = "nothing: what nodes without work cost, one alone and (PostgreSQL) three together";
  w.instances = 0;
  w.seconds = 60;
  w.hears = {.instances = false, .in_flight = false};
  w.run = run_idle;
  w.rows.clear();
  return w;
}

}  // namespace duroxide::bench
