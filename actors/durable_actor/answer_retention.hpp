// Forgets the answers of durable actors that nobody can ask for any more.
#pragma once

#include "actors/node_context.hpp"
#include "actors/store/retention.hpp"
#include "actors/typed_actors.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace duroxide::internal {

// Of the nodes of a cluster, the one that owns shard 0 does it, on the thread of its store executor. It keeps answers
// for an hour longer than commands may be repeated, since the clocks of nodes differ.
class answer_retention final : public takes<sweep_atom>::base {
public:
  answer_retention(caf::actor_config& config, context_ptr context);

  behavior_type make_behavior() override;
  void on_exit() override { context_.reset(); }
  const char* name() const override { return "answer retention"; }

private:
  void sweep();

  context_ptr context_;
};

}  // namespace duroxide::internal
