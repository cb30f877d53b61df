// A cluster of simulated nodes over one store, and what goes wrong with them.
#pragma once

#include "persistence/simulated/store.hpp"
#include "actors/testing/world.hpp"
#include "tests/simulation/faults.hpp"
#include "tests/simulation/log.hpp"
#include "tests/simulation/ownership.hpp"
#include "tests/simulation/workflows.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace duroxide::simulation {

// Dead and stopped nodes come back after a while, with a new process. All that happens goes into the log.
class cluster final : public internal::world::scheduler_policy {
public:
  // Told of each run of an activity, and of which process runs it.
  using run_observer = std::function<void(const std::string& process, const activity_context&)>;

  cluster(std::uint64_t seed, log& events, findings& found);
  cluster(const cluster&) = delete;
  cluster& operator=(const cluster&) = delete;
  ~cluster() override;

  // Makes the nodes.
  void begin(run_observer ran);
  // No more faults: what is frozen thaws, what is dead comes back, and all clocks are right. While they are
  // not, each message to a node whose clock is behind waits for that clock.
  void calm_down();

  // Ends all nodes. What they held is answered then, and activities of theirs may run: whoever
  // hears of that must still be there.
  void end();

  internal::world& time() { return world_; }
  // The store from outside, which never fails.
  provider& store() { return *outside_; }
  // Does something through the client of the n-th node, as code of its process. False if it is not there just now.
  // What it answers may be lost with it.
  bool by_client_of(std::size_t n, const std::function<void(client_port&)>& request);
  timestamp began() const;
  const fault_counts& faults() const { return counts_; }
  const fault_rates& rates() const { return rates_; }
  const ownership& book() const { return book_; }
  std::size_t size() const { return nodes_.size(); }

  // -- scheduling -------------------------------------------------------------------
  void between_steps() override;
  std::size_t choose(std::size_t count) override { return chance_.below(count); }
  void ran(const internal::world::process& process, const std::string& actor) override;
  bool wants_to_know_who_ran() const override { return true; }

private:
  struct node {
    std::string name;
    runtime_options options;
    std::uint64_t lives = 0;
    std::shared_ptr<internal::world::process> process;  // null: it is not there just now
    std::unique_ptr<runtime> running;
  };

  void draw_nodes();
  void start(node& which);
  void start_runtime(node& which);
  std::shared_ptr<provider> store_for(const node& which);
  void end_process(node& which);
  void stop(node& which);
  void come_back_later(node& which);
  void disturb();
  bool happens(std::uint64_t rate) { return rate != 0 && chance_.once_in(rate); }
  void note_fault(const std::string& kind, const std::string& detail);
  node* some_node();

  log& log_;
  internal::dice chance_;
  fault_rates rates_;
  bool faulty_ = true;
  bool busy_ = false;  // starting or stopping a node
  internal::world world_;
  duroxide::detail::in_platform here_;
  std::shared_ptr<internal::simulated_store> data_;
  std::shared_ptr<provider> outside_;
  ownership book_;
  run_observer ran_;
  std::vector<node> nodes_;
  fault_counts counts_;
};

}  // namespace duroxide::simulation
