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
  invariants(cluster& nodes, findings& to) : cluster_(nodes), findings_(to) {}

  // While an activity runs: the turn that asked for it is durable (I2); and it has not run before, nor is its
  // result recorded, unless somebody died, hung or was in doubt (I5).
  void activity_runs(const std::string& process, const activity_context& context);
  // Between two steps: the store is consistent as it is (I1, I6).
  void look();
  // When all is over: each result counted once (I5), no failure of the store has become one of a workflow
  // (I10), each parent has heard of each child once (I9), and nothing is left undone.
  void look_at_the_end();

  std::uint64_t activity_runs_seen() const { return runs_; }

private:
  // What the history says of an attempt.
  struct recorded {
    bool is_asked_for = false;
    bool has_result = false;
    std::int64_t rewinds = 0;  // of the execution, so far
  };

  recorded read_history(const activity_context& context) const;
  void look_at_history(const instance_summary& summary);
  void look_at_actor(const std::string& actor);
  std::string waits_of(const std::string& instance) const;

  cluster& cluster_;
  findings& findings_;
  std::uint64_t runs_ = 0;
  std::map<std::string, std::vector<std::uint64_t>> nodes_of_runs_;  // by activity and attempt
};

}  // namespace duroxide::simulation
