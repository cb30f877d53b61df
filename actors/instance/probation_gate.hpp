// Lets instances that are likely to kill the process be tried one by one.
#pragma once

#include <caf/actor.hpp>
#include <caf/atom.hpp>
#include <caf/event_based_actor.hpp>

#include <deque>

namespace duroxide::internal {

using enter_atom = caf::atom_constant<caf::atom("enter")>;
using entered_atom = caf::atom_constant<caf::atom("entered")>;
using left_atom = caf::atom_constant<caf::atom("left")>;

// Whoever sends `enter_atom` is told `entered_atom` when nobody else is inside, and says `left_atom`, or
// ends. When a process dies, a crash is counted for everything that was being tried: tried one by one,
// only the instance that causes the deaths is counted again and again.
class probation_gate final : public caf::event_based_actor {
public:
  explicit probation_gate(caf::actor_config& config);

  caf::behavior make_behavior() override;
  void on_exit() override { waiting_.clear(); }
  const char* name() const override { return "probation gate"; }

private:
  void let_in_next();
  void let_out(const caf::actor_addr& who);

  caf::actor_addr inside_;
  std::deque<caf::actor> waiting_;
};

}  // namespace duroxide::internal
