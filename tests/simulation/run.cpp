#include "tests/simulation/run.hpp"

#include "tests/simulation/clients.hpp"
#include "tests/simulation/invariants.hpp"

#include <chrono>
#include <fstream>
#include <optional>

namespace duroxide::simulation {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t steps_between_looks = 400;

// Much longer than anything that a workflow waits for, and than it takes to find a dead node out.
constexpr duration time_to_finish = 3h;

// More than any simulation has taken: then something goes on for ever.
constexpr std::uint64_t most_steps = 3'000'000;

class simulation {
public:
  simulation(std::uint64_t seed, const std::string& log_file)
      : log_(log_file), chance_(seed ^ 0x5eed), cluster_(seed, log_), clients_(cluster_, chance_, log_),
        invariants_(cluster_), store_file_(log_file.empty() ? log_file : log_file + ".store") {
    result_.seed = seed;
  }

  run_result run() {
    cluster_.begin([this](const activity_context& context) { invariants_.activity_runs(context); });
    clients_.begin();
    go_on(duration(60'000 + chance_.below(240'000)), false);
    cluster_.calm_down();
    go_on(time_to_finish, true);
    finish();
    return result_;
  }

private:
  bool is_over() const { return clients_.all_is_sent() && clients_.all_has_ended(); }

  void go_on(duration at_most, bool until_over) {
    internal::world& world = cluster_.time();
    const auto end = world.steady_clock() + at_most;
    const std::uint64_t before = world.steps();
    while (world.step(end) && world.steps() - before < most_steps && invariants_.violations().empty()) {
      if (world.steps() % steps_between_looks != 0) continue;
      invariants_.look();
      if (until_over && is_over()) return;
    }
  }

  void finish() {
    if (invariants_.violations().empty()) {
      // What is under way after the last workflow's end: cancelled activities, messages for nobody.
      go_on(2min, false);
      invariants_.look_at_the_end();
    }
    result_.violations = invariants_.violations();
    if (result_.violations.empty()) result_.violations = clients_.judge();
    internal::world& world = cluster_.time();
    result_.log_hash = log_.hash();
    result_.log_lines = log_.lines();
    result_.steps = world.steps();
    result_.nodes = cluster_.size();
    result_.instances = cluster_.store().administration().metrics().value().instances;
    result_.activity_runs = invariants_.activity_runs_seen();
    result_.simulated = world.true_time() - cluster_.began();
    result_.faults = cluster_.faults();
    if (!store_file_.empty()) {
      std::ofstream to(store_file_);
      (void)cluster_.store().administration().write_to(to, std::nullopt).value();
    }
  }

  log log_;
  internal::dice chance_;
  cluster cluster_;
  clients clients_;
  invariants invariants_;
  const std::string store_file_;
  run_result result_;
};

}  // namespace

run_result run_seed(std::uint64_t seed, const std::string& log_file) {
  return simulation(seed, log_file).run();
}

}  // namespace duroxide::simulation
