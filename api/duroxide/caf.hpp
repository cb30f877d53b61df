// For programs made of CAF actors: the client's operations as messages, and activities that are actors. The
// only public headers that need CAF. To run the runtime inside an actor system, give the system to its
// constructor.
#pragma once

#include "duroxide/caf/actor_activity.hpp"
#include "duroxide/caf/client_actor.hpp"
