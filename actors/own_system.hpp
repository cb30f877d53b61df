// The actor system of a runtime that was given none.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <cstddef>
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
};

}  // namespace duroxide::internal
