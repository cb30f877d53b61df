// The actor system of a runtime that was given none.
#pragma once

#include "duroxide/detail/actor_threads.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <cstddef>
#include <memory>
#include <optional>

namespace duroxide::internal {

// Its workers share one queue and sleep when it is empty: CAF's default polls, which costs an idle process
// CPU time and a message to it up to 10 ms. What has no timeouts ends without the clock's thread.
class own_system {
public:
  explicit own_system(const std::optional<std::size_t>& concurrency);
  caf::actor_system& get() { return *system_; }

private:
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
  std::optional<duroxide::detail::actor_threads> threads_;
};

class turn_watch;

// Destroys it, on a thread of its own: CAF keeps a reference to a system's logger in every thread that
// spawned or asked something, and a system's destructor waits for all of them. While code of an orchestration
// keeps one of its threads, it cannot end: then it is named, and left to that thread. Blocks.
void end_system(std::unique_ptr<own_system> system, const turn_watch& turns);

}  // namespace duroxide::internal
