// What must hold at every moment, and at the end.
#pragma once

#include "tests/simulation/cluster.hpp"

#include <map>
#include <string>
#include <vector>

namespace duroxide::simulation {

// The numbers are those of ARCHITECTURE.md.
class invariants {
public:
  explicit invariants(cluster& of) : cluster_(of) {}

  // While an activity runs: the turn that asked for it is durable (I2).
  void activity_runs(const activity_context& context);
  // Between two steps: the store is consistent as it is (I1, I6).
  void look();
  // When all is over: each activity counted once, and run once if nothing happened that makes it run again
  // (I5), no failure of the store has become one of a workflow
  // (I10), each parent has heard of each child once (I9), and nothing is left undone.
  void look_at_the_end();

  const std::vector<std::string>& violations() const { return violations_; }
  std::uint64_t activity_runs_seen() const { return runs_; }

private:
  void look_at_history(const instance_summary& of);
  void look_at_runs();
  std::string waits_of(const std::string& instance) const;
  void note(std::string what);

  cluster& cluster_;
  std::vector<std::string> violations_;
  std::uint64_t runs_ = 0;
  std::map<std::string, std::uint64_t> runs_of_;  // by activity and attempt
};

}  // namespace duroxide::simulation
