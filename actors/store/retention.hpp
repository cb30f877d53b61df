// Deletes what has been over for long enough.
#pragma once

#include "actors/node_context.hpp"
#include "actors/typed_actors.hpp"

#include <caf/atom.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace duroxide::internal {

// To itself: go on with the next page.
using sweep_atom = caf::atom_constant<caf::atom("sweep")>;

// On a thread of its own, if the options ask for it: looks through the oldest instances, a page at a time,
// and deletes each that ended long enough ago in a transaction of its own. Of the nodes of a cluster, the one
// that owns shard 0 does it.
class retention final : public takes<sweep_atom>::base {
public:
  retention(caf::actor_config& config, context_ptr context);

  static bool is_wanted(const runtime_options& options);

  behavior_type make_behavior() override;
  void on_exit() override { context_.reset(); }
  const char* name() const override { return "retention"; }

private:
  void sweep();
  bool sweep_page();
  void treat(const instance_summary& each) const;

  context_ptr context_;
  instance_query query_;  // for the next page
};

}  // namespace duroxide::internal
