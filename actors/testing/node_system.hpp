// The actors of one simulated process.
#pragma once

#include "actors/clock.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace duroxide::internal {

// An actor system without threads: an actor runs, for one message, when it is told to.
class node_system {
public:
  explicit node_system(std::string name);
  node_system(const node_system&) = delete;
  node_system& operator=(const node_system&) = delete;
  // REQUIRES: its actors have ended.
  ~node_system();

  const std::string& name() const { return name_; }
  caf::actor_system& get() { return *system_; }

  // Actors that have something to do.
  std::size_t jobs() const { return coordinator_->jobs.size(); }
  // Which actor it is: a number that is the same in each run.
  std::uint64_t job(std::size_t which) const;
  // What the actor is called, for people.
  std::string describe(std::size_t which) const;
  void run(std::size_t which);

  std::optional<steady_time> next_timeout() const;
  void set_time(steady_time now);

private:
  std::string name_;
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
  caf::scheduler::test_coordinator* coordinator_ = nullptr;
};

}  // namespace duroxide::internal
