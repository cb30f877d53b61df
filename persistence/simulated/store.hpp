// A store in memory with the semantics of a cluster: many nodes, each with its share of the shards. For
// simulations and tests.
#pragma once

#include "duroxide/provider.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace duroxide::internal {

namespace simulated {
class core;
}

struct simulated_store_options {
  std::uint32_t shard_count = 16;                     // not 0
  duration suspect_after = std::chrono::seconds(25);  // without a sign of life a member counts as dead
  std::function<timestamp()> now{};  // the store's clock, which must not call the store; none: the system's
};

// The data. Lives as long as this or a connection of it does. Any thread may call. Used by one thread, with a
// clock of its own, it gives the same answers each time: ids are counted, and nothing is chosen at random.
class simulated_store : public std::enable_shared_from_this<simulated_store> {
public:
  static std::shared_ptr<simulated_store> make(simulated_store_options options = {});
  simulated_store(const simulated_store&) = delete;
  simulated_store& operator=(const simulated_store&) = delete;
  ~simulated_store();

  // What one process has of it. When the provider is destroyed, the members that joined by it and did not
  // leave have died without a word: the others find out at once (their next_heartbeat_in says zero, and they are
  // told).
  std::shared_ptr<provider> connect();

  // Calls `changed` whenever a change_watch of watch_scope::others of this provider would be told, as long as
  // the handle lives: for a caller that has no thread to wait in. The call comes from the thread that made the
  // change, after it. It must not throw, and must not call the store or give up a handle. REQUIRES: a
  // provider that `connect` gave.
  std::shared_ptr<void> on_change(const provider& connection, std::function<void()> changed);

private:
  explicit simulated_store(simulated_store_options options);

  const std::shared_ptr<simulated::core> store_;
};

}  // namespace duroxide::internal
