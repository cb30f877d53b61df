// This node among the others: its heartbeats, and its share of the shards.
#pragma once

#include "actors/clock.hpp"
#include "actors/node_context.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace duroxide::internal {

// While there are other members it sends heartbeats, by which the dead are expired and shards that nobody owns
// become this node's; and it gives up shards beyond the node's share, a few at a time, each when nothing of it
// is in memory any more. Used by one thread; its functions that ask the store block.
class shard_balancer {
public:
  // `emptied` is called with each shard that a dispatcher has emptied, on that dispatcher's thread.
  shard_balancer(context_ptr context, std::function<void(std::uint32_t)> emptied);

  // When the next heartbeat is due at the latest; none: there are no others. Costs no access to the store.
  std::optional<duration> next_heartbeat_in();

  struct outcome {
    std::vector<owned_shard> gained;     // which the caller takes, once it is ready to take up what they hold
    std::optional<store_error> failure;  // of the heartbeat; it is to be tried again
  };
  // Sends a heartbeat if it is due, and begins to give up what is beyond the share.
  outcome look_after_others();

  // A shard that was to be given up is empty.
  void note_empty(std::uint32_t shard);
  bool has_to_release() const { return !empty_.empty(); }
  // Tells the store that the empty shards are free. Fenced counts as done: the next heartbeat finds out as
  // well.
  stored<void> release();

private:
  void begin_to_give_up(std::size_t surplus);

  context_ptr context_;
  std::function<void(std::uint32_t)> emptied_;
  std::size_t expected_ = 0;  // shards that dispatchers are emptying
  std::vector<std::uint32_t> empty_;
};

}  // namespace duroxide::internal
