// expect: an actor that monitors an instance must accept duroxide::instance_down
// A typed actor that monitors has the message in its interface.
#include <duroxide/caf/monitoring.hpp>

#include <caf/typed_event_based_actor.hpp>

namespace dx = duroxide;

using counter = caf::typed_actor<caf::replies_to<int>::with<int>>;

void use(counter::pointer self, const dx::client_actor& client) { dx::monitor(self, client, "o-1"); }
