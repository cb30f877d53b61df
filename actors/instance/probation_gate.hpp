// Lets instances that are likely to kill the process be tried one by one.
#pragma once

#include "actors/instance/messages.hpp"

#include <caf/actor_addr.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>

namespace duroxide::internal {

// An instance that sends `enter_atom` is told `entered_atom` when nobody else is inside, and says `left_atom`, or
// ends. When a process dies, a crash is counted for everything that was being tried: tried one by one,
// only the instance that causes the deaths is counted again and again.
class probation_gate final : public probation_gate_actor::base {
public:
  explicit probation_gate(caf::actor_config& config);

  behavior_type make_behavior() override;
  void on_exit() override { waiting_.clear(); }
  const char* name() const override { return "probation gate"; }

private:
  void let_in_next();
  void let_out(const caf::actor_addr& instance);

  caf::actor_addr inside_;
  std::deque<instance_actor> waiting_;
};

}  // namespace duroxide::internal
