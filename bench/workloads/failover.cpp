#include "duroxide/admin.hpp"
#include "bench/cluster.hpp"
#include "bench/driver.hpp"
#include "bench/elapsed.hpp"
#include "bench/open_store.hpp"
#include "bench/run_on_nodes.hpp"
#include "bench/stop.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

namespace duroxide::bench {

namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// Who was alive when this was made, and so, later, whose shards lost their owner.
class roll_call {
public:
  explicit roll_call(const admin& store) : store_(store) {
    for (const node_info& each : store.list_nodes())
      if (each.state == "alive") {
        alive_.push_back(each);
        shard_count_ += static_cast<std::uint32_t>(each.shards.size());
      }
  }

  std::set<std::uint32_t> orphaned_shards() const {
    std::set<std::uint32_t> orphaned;
    for (const node_info& now : store_.list_nodes())
      for (const node_info& then : alive_)
        if (now.node == then.node && now.state == "dead")
          orphaned.insert(then.shards.begin(), then.shards.end());
    return orphaned;
  }

  std::uint32_t shard_count() const { return shard_count_; }

private:
  admin store_;
  std::vector<node_info> alive_;
  std::uint32_t shard_count_ = 0;
};

// The longest time between two of `ends`, of that part of it that is after `from`. REQUIRES: sorted.
double longest_gap_ms(const std::vector<clock::time_point>& ends, clock::time_point from) {
  clock::duration longest{};
  clock::time_point last = from;
  for (const clock::time_point each : ends) {
    if (each <= from) continue;
    longest = std::max(longest, each - last);
    last = each;
  }
  return milliseconds(longest);
}

// When one node was killed, and what that did to the instances.
class incident {
public:
  incident(const driver& all, const roll_call& present) : all_(all), present_(present) {}

  // Kills the node when a third has ended.
  void happen(node_process& victim, std::size_t instances) {
    while (all_.ended() < instances / 3 && !asked_to_stop()) std::this_thread::sleep_for(1ms);
    if (asked_to_stop()) return;
    victim.report();  // what it has counted dies with it
    killed_at_ = clock::now();
    victim.kill();
  }

  // All that were to end have, or nobody waits any longer.
  void end() { end_ = clock::now(); }

  // If nobody was expired, all instances count as orphans. A gap in which the run was given up counts up
  // to then.
  void report(figures& row) const {
    if (!killed_at_) return;
    const std::set<std::uint32_t> orphaned = present_.orphaned_shards();
    std::vector<clock::time_point> all;
    std::vector<clock::time_point> orphans;
    const auto count = [&](std::size_t instance, clock::time_point ended) {
      all.push_back(ended);
      if (orphaned.empty() || orphaned.contains(shard_of(all_.id_of(instance), present_.shard_count())))
        orphans.push_back(ended);
    };
    clock::duration slowest{};
    for (const ending& each : all_.endings()) {
      count(each.instance, each.ended);
      if (each.started < *killed_at_) slowest = std::max(slowest, each.ended - *killed_at_);
    }
    for (const std::size_t instance : all_.in_flight()) count(instance, end_);
    row.more.emplace_back("gap_ms", longest_gap_ms(orphans, *killed_at_));
    row.more.emplace_back("standstill_ms", longest_gap_ms(all, *killed_at_));
    row.more.emplace_back("slowest_in_flight_ms", milliseconds(slowest));
    row.more.emplace_back("orphaned_shards", static_cast<double>(orphaned.size()));
  }

private:
  const driver& all_;
  const roll_call& present_;
  std::optional<clock::time_point> killed_at_;
  clock::time_point end_;
};

figures run_and_kill(const workload& what, const run_request& how) {
  cluster nodes(what, how);
  const client caller(open_store({nodes.url()}));
  const roll_call present(caller.admin());
  driver all(what, *caller.port(), {how.instances, how.in_flight, std::nullopt});
  incident crash(all, present);
  const node_report before = nodes.report();
  const auto began = clock::now();
  std::jthread running([&] { all.run(); });
  crash.happen(nodes.node(0), how.instances);
  running.join();
  crash.end();
  const double seconds = seconds_since(began);
  figures measured = summarise(what, all.outcomes(), seconds);
  set_used(measured, nodes.report().since(before));
  measured.store = caller.port()->store()->description();
  measured.nodes = how.nodes;
  crash.report(measured);
  nodes.stop();
  return measured;
}

void run_failover(const workload& what, const run_request& how, const row_sink& row) {
  require_postgres(what, how);
  run_request one = how;
  if (one.nodes == 0) one.nodes = 3;
  if (one.nodes == 1)
    throw configuration_error(error_kind::invalid_argument,
                              "failover needs a node that survives: --nodes 2 or more");
  row(run_and_kill(what, one));
}

}  // namespace

workload failover() {
  workload w = sequence5();
  w.name = "failover";
  w.one_instance_does = "5 trivial activities in a row, on 3 nodes, one of which is killed (PostgreSQL)";
  w.instances = 3000;
  w.in_flight = most_waits;
  w.hears.seconds = false;
  w.run = run_failover;
  w.rows.clear();
  return w;
}

}  // namespace duroxide::bench
