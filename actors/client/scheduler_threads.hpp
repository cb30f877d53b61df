// Which threads run the actors of a system.
#pragma once

#include "duroxide/detail/actor_threads.hpp"

#include <caf/actor_system.hpp>

#include <thread>
#include <vector>

namespace duroxide::internal {

// None if its scheduler has no threads, or is not one of CAF's.
std::vector<std::thread::id> scheduler_threads(caf::actor_system& system);

// From now on, until that system ends, blocking calls are refused on its threads. Any thread, any number of times.
void refuse_blocking(caf::actor_system& system);

}  // namespace duroxide::internal
