// A node's sign of life to the store, by which it also learns of the other nodes.
#pragma once

#include "actors/clock.hpp"
#include "actors/node_context.hpp"

#include <optional>

namespace duroxide::internal {

// While there are other nodes, heartbeats are sent; by them the dead are expired, and shards that nobody owns become
// this node's. Used by one thread.
class heartbeat {
public:
  explicit heartbeat(context_ptr context) : context_(std::move(context)) {}

  // When the next one is due at the latest; none: there are no other nodes. Costs no access to the store.
  std::optional<duration> next_in() const;

  // Sends one if it is due; else nothing is gained. The caller takes the gained shards, once it is ready for what they
  // hold. A failed heartbeat is to be sent again. Blocks.
  stored<heartbeat_result> send_if_due() const;

private:
  context_ptr context_;
};

}  // namespace duroxide::internal
