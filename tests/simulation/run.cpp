#include "tests/simulation/run.hpp"

#include "tests/simulation/clients.hpp"
#include "tests/simulation/invariants.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>

namespace duroxide::simulation {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t steps_between_looks = 400;
constexpr duration between_questions = 1s;  // whether it is over

// From the calm on, beyond what the workflows wait for by themselves: finding out who is dead, looking into
// the inbox although nobody was told, clients that try again. Of 10 000 seeds all took less than four minutes.
constexpr duration time_to_finish = 5min;
// What was sent or planned by a clock that was set forward waits for the others to come there.
constexpr duration clocks_apart = 4min;

// More than any simulation has taken: then something goes on for ever.
constexpr std::uint64_t most_steps = 3'000'000;

bool not_earlier() { return false; }

class simulation {
public:
  simulation(std::uint64_t seed, const std::string& log_file)
      : log_(log_file), chance_(seed ^ 0x5eed), cluster_(seed, log_, findings_),
        clients_(cluster_, chance_, log_), invariants_(cluster_, findings_),
        store_file_(log_file.empty() ? log_file : log_file + ".store") {
    result_.seed = seed;
  }
  simulation(const simulation&) = delete;
  simulation& operator=(const simulation&) = delete;
  ~simulation() { cluster_.end(); }

  run_result run() {
    cluster_.begin([this](const std::string& process, const activity_context& context) {
      invariants_.activity_runs(process, context);
    });
    clients_.begin();
    go_on(duration(60'000 + chance_.below(240'000)), not_earlier);
    cluster_.calm_down();
    come_to_the_end();
    finish();
    return result_;
  }

private:
  // Plans itself again, so that the clock does not jump over the end of the last workflow.
  void ask_whether_it_is_over() {
    is_over_ = clients_.all_is_sent() && clients_.all_has_ended();
    internal::world& world = cluster_.time();
    if (!is_over_) world.plan(world.steady_clock() + between_questions, [this] { ask_whether_it_is_over(); });
  }

  template <class Done> void go_on(duration at_most, Done done) {
    internal::world& world = cluster_.time();
    const auto end = world.steady_clock() + at_most;
    const std::uint64_t last = world.steps() + most_steps;
    while (findings_.empty() && !done() && world.step(end)) {
      if (world.steps() >= last)
        findings_.note("it goes on and on: " + std::to_string(most_steps) + " steps are not enough");
      if (world.steps() % steps_between_looks == 0) invariants_.look();
    }
  }

  void come_to_the_end() {
    internal::world& world = cluster_.time();
    const auto calm = world.steady_clock();
    const duration own_waits = clients_.own_waits();
    ask_whether_it_is_over();
    const duration late = cluster_.faults().contains("clock") ? clocks_apart : duration(0);
    go_on(own_waits + time_to_finish + late, [this] { return is_over_; });
    const auto took = std::chrono::floor<duration>(world.steady_clock() - calm);
    result_.to_the_end = std::max(duration(0), took - own_waits);
  }

  void finish() {
    if (findings_.empty()) {
      // What is under way after the last workflow's end: cancelled activities, messages for nobody.
      go_on(2min, not_earlier);
      invariants_.look_at_the_end();
    }
    if (findings_.empty()) clients_.judge(findings_);
    result_.violations = findings_.all();
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

  findings findings_;
  log log_;
  internal::dice chance_;
  cluster cluster_;
  clients clients_;
  invariants invariants_;
  const std::string store_file_;
  run_result result_;
  bool is_over_ = false;
};

}  // namespace

run_result run_seed(std::uint64_t seed, const std::string& log_file) {
  return simulation(seed, log_file).run();
}

}  // namespace duroxide::simulation
