// For programs made of CAF actors: the client as an actor, and activities that are actors. The only public headers
// that need CAF.
#pragma once

#include "duroxide/caf/actor_activity.hpp"
#include "duroxide/caf/administration.hpp"
#include "duroxide/caf/client_actor.hpp"
#include "duroxide/caf/configuration.hpp"
#include "duroxide/caf/errors.hpp"
#include "duroxide/caf/message_types.hpp"
#include "duroxide/caf/monitoring.hpp"
#include "duroxide/caf/operations.hpp"
#include "duroxide/caf/request.hpp"
