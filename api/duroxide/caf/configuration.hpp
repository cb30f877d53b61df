// What an actor system has to know of this library.
#pragma once

namespace caf {
class actor_system_config;
}

namespace duroxide {

// Call it before the actor system is made, on every node. It adds the names of the messages of the client actor, which
// caf::io needs to send them, and the renderer of our errors: `system.render(error)` then gives "timed_out: text".
// Without it everything works within one process; only `render` says less.
void configure(caf::actor_system_config& config);

}  // namespace duroxide
