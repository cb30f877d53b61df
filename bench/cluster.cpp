#include "bench/cluster.hpp"

#include "duroxide/admin.hpp"
#include "bench/leftovers.hpp"
#include "bench/open_store.hpp"
#include "bench/stop.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <thread>

namespace duroxide::bench {

namespace {

using namespace std::chrono_literals;

constexpr auto patience_with_nodes = 20s;

// Each has some, and none has more than all need to have.
bool is_shared_out(const admin& store, std::size_t nodes) {
  std::vector<std::size_t> shares;
  for (const node_info& each : store.list_nodes(0))
    if (each.state == "alive") shares.push_back(each.shards.size());
  if (shares.size() != nodes) return false;
  const auto [least, most] = std::ranges::minmax(shares);
  const std::size_t all = std::accumulate(shares.begin(), shares.end(), std::size_t{0});
  return least != 0 && most <= (all + nodes - 1) / nodes;
}

}  // namespace

void wait_until_shared_out(const std::string& url, std::size_t nodes) {
  const admin store(open_store({url}));
  const auto deadline = std::chrono::steady_clock::now() + patience_with_nodes;
  while (!is_shared_out(store, nodes) && !asked_to_stop()) {
    if (std::chrono::steady_clock::now() > deadline) {
      std::fputs("duroxide_bench: the shards are not shared out evenly; measured as it is\n", stderr);
      return;
    }
    std::this_thread::sleep_for(50ms);
  }
}

cluster::cluster(const workload& what, const run_request& how) : how_(how) {
  if (how.nodes > 1 && !is_postgres(how.store))
    throw configuration_error(error_kind::invalid_argument,
                              "several nodes share their work on a PostgreSQL store only");
  how_.store = settled_url({how.store, how.fresh, how.relaxed_durability});
  warn_of_unfinished_instances(open_store({how_.store, false, how.relaxed_durability}));
  for (std::size_t i = 0; i < how.nodes; ++i) nodes_.push_back(std::make_unique<node_process>(what, how_));
  for (const auto& each : nodes_) each->wait_until_ready();
  if (how.nodes > 1) wait_until_shared_out(how_.store, how.nodes);
}

node_report cluster::report() {
  node_report all;
  for (const auto& each : nodes_) all += each->report();
  return all;
}

void cluster::kill() {
  for (const auto& each : nodes_) each->kill();
}

void cluster::stop() {
  for (const auto& each : nodes_) each->ask_to_stop();
  for (const auto& each : nodes_) each->wait_for_end();
}

}  // namespace duroxide::bench
