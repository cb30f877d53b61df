// A simulation, as the engine sees it.
#pragma once

#include "duroxide/detail/platform.hpp"

#include <caf/actor_system.hpp>

namespace duroxide::internal {

// A simulation that runs the actors of a runtime.
class simulation : public duroxide::detail::platform {
public:
  // Of the simulated process whose code runs. REQUIRES: there is one.
  virtual caf::actor_system& actors() = 0;
};

// REQUIRES: this thread is in a simulation, and runs code of one of its processes.
inline caf::actor_system& simulated_system() {
  return dynamic_cast<simulation&>(*duroxide::detail::simulated()).actors();
}

}  // namespace duroxide::internal
