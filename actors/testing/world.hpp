// A world of simulated processes: one thread, a clock that goes on when nothing else does, and chance that
// comes from a seed. The same seed gives the same world.
#pragma once

#include "actors/simulation.hpp"
#include "actors/testing/dice.hpp"
#include "actors/testing/node_system.hpp"
#include "actors/testing/outside_works.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::internal {

class world final : public simulation {
public:
  // A process of this world. Dead: nothing of it happens any more, and nothing of it can be seen.
  struct process {
    process(std::string name, std::uint64_t which) : actors(std::move(name)), number(which) {}
    node_system actors;
    const std::uint64_t number;
    bool dead = false;
    steady_time frozen_until{};
    duration clock_offset{};  // of its wall clock
  };

  // What somebody outside has a say in.
  class scheduler_policy {
  public:
    virtual ~scheduler_policy() = default;
    // Called before each step, while no actor runs.
    virtual void between_steps() {}
    // Which of so many actors that could run runs next, for one message.
    virtual std::size_t choose(std::size_t) { return 0; }
    virtual void ran(const process&, const std::string& /*actor*/) {}
    virtual bool wants_to_know_who_ran() const { return false; }
  };

  // How long it waits, in real time, for each piece of work that is done outside of it.
  static constexpr duration usual_patience = std::chrono::seconds(10);

  world(timestamp begin, std::uint64_t seed, scheduler_policy& decides, bool wall_clocks_may_be_set,
        duration patience = usual_patience);

  // -- platform -----------------------------------------------------------
  timestamp wall_clock() override;
  steady_time steady_clock() override { return now_; }
  std::uint64_t random_bits() override { return dice_.bits(); }
  bool wall_clock_may_be_set() const override { return wall_clocks_may_be_set_; }
  bool is_process_alive() const override { return !running_ || !running_->dead; }
  void run_until(const std::function<bool()>& done, duration at_most) override;
  caf::actor_system& actors() override { return running_->actors.get(); }
  // REQUIRES: a process runs.
  std::shared_ptr<duroxide::detail::outside_work> begin_outside() override;

  // What a wall clock would show that nobody sets.
  timestamp true_time() const;

  // -- processes --------------------------------------------------------------
  std::shared_ptr<process> add_process(std::string name);
  // Runs `body` as if it were code of the process.
  void within(process& owner, const std::function<void()>& body);
  // Lets a dead process's actors come to their end, by `end`, and forgets it.
  void end_process(const std::shared_ptr<process>& dead, const std::function<void()>& end);

  // -- time -------------------------------------------------------------------
  // Calls `what` at that time, while no actor runs.
  void plan(steady_time moment, std::function<void()> what) { plans_.emplace(moment, std::move(what)); }
  // Lets an actor that could run now wait.
  void hold_back(const process& owner, std::size_t job, duration length);

  // One actor runs for one message, or, if none can, and nothing outside of this world is awaited, the time goes
  // on to when something happens, but not beyond `end`. False: nothing can happen any more before `end`.
  bool step(steady_time end);
  // Whether some code is being run, or waits: then no process can be ended.
  bool is_within() const { return depth_ > 0; }
  std::uint64_t steps() const { return steps_; }
  const std::vector<std::shared_ptr<process>>& processes() const { return processes_; }

private:
  // Whose code runs, while this lives.
  class running_scope {
  public:
    running_scope(world& all, process* owner)
        : world_(all), before_(std::exchange(all.running_, owner)), code_(owner != nullptr) {
      if (code_) ++world_.depth_;
    }
    running_scope(const running_scope&) = delete;
    running_scope& operator=(const running_scope&) = delete;
    ~running_scope() {
      if (code_) --world_.depth_;
      world_.running_ = before_;
    }

  private:
    world& world_;
    process* before_;
    bool code_;
  };

  struct candidate {
    process* owner;
    std::size_t job;
  };

  void find_candidates();
  bool is_held_back(const process& owner, std::size_t job) const;
  std::optional<steady_time> next_event() const;
  void set_time(steady_time to);
  void run(const candidate& chosen);
  bool run_plan();
  bool run_ended_outside();
  bool run_candidate();

  const timestamp begin_;
  const bool wall_clocks_may_be_set_;
  scheduler_policy& policy_;
  dice dice_;
  steady_time now_;
  std::vector<std::shared_ptr<process>> processes_;
  std::multimap<steady_time, std::function<void()>> plans_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, steady_time> held_back_;  // by process and actor
  std::vector<candidate> candidates_;
  outside_works outside_;
  process* running_ = nullptr;
  process* ending_ = nullptr;
  int depth_ = 0;  // of code that waits while other code runs
  std::uint64_t steps_ = 0;
  std::uint64_t last_process_ = 0;
};

}  // namespace duroxide::internal
