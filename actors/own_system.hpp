// The actor system of a runtime that was given none.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <thread>

namespace duroxide::internal {

// Its workers share one queue and sleep when it is empty: CAF's default polls, which costs an idle process
// CPU time and a message to it up to 10 ms.
class own_system {
public:
  explicit own_system(const std::optional<std::size_t>& concurrency) {
    std::size_t threads = concurrency.value_or(std::max<std::size_t>(2, std::thread::hardware_concurrency()));
    config_.set("scheduler.policy", caf::atom("sharing"));
    config_.set("scheduler.max-threads", std::max<std::size_t>(1, threads));
    system_.emplace(config_);
  }
  caf::actor_system& get() { return *system_; }

private:
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
};

}  // namespace duroxide::internal
