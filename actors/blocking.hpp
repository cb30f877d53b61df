// Actors that block, and those few who must wait for actors. In a simulation there is one thread for
// everything: then everything else goes on meanwhile.
#pragma once

#include "actors/clock.hpp"
#include "actors/messages.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/actor_system.hpp>
#include <caf/infer_handle.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace duroxide::internal {

// An actor on a thread of its own, so that it blocks nobody when it waits for the store.
template <class Actor, class... Arguments>
caf::infer_handle_from_class_t<Actor> spawn_blocking(caf::actor_system& system, Arguments&&... arguments) {
  if (!system.scheduler().detaches_utility_actors())  // it has one thread for everything
    return system.spawn<Actor>(std::forward<Arguments>(arguments)...);
  return system.spawn<Actor, caf::detached>(std::forward<Arguments>(arguments)...);
}

// Asks all of them at once to come to an end with what they have under way, and gives how many have not
// within `patience`. Blocks.
std::size_t ask_to_stop(caf::actor_system& system, const std::vector<stoppable_actor>& all,
                        duration patience);

// Ends actors, and blocks until they are gone, for at most `patience`; those that are not end by themselves
// when they can.
void end_actors(const std::vector<caf::strong_actor_ptr>& all, duration patience);

}  // namespace duroxide::internal
