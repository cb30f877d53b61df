// Gives up the shards that are beyond this node's share.
#pragma once

#include "actors/node_context.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace duroxide::internal {

// A few at a time, each when nothing of it is in memory any more. Used by one thread; `release` blocks.
class shard_balancer {
public:
  // `emptied` is called with each shard that a dispatcher has emptied, on that dispatcher's thread.
  shard_balancer(context_ptr context, std::function<void(std::uint32_t)> emptied);

  // So many shards are beyond the share. From now on nobody on this node counts on those that are chosen.
  void begin_to_give_up(std::size_t surplus);

  // A shard that was to be given up is empty.
  void note_empty(std::uint32_t shard);
  bool has_to_release() const { return !empty_.empty(); }
  // Tells the store that the empty shards are free. Fenced counts as done: the next heartbeat finds out as
  // well.
  stored<void> release();

private:
  context_ptr context_;
  std::function<void(std::uint32_t)> emptied_;
  std::size_t expected_ = 0;  // shards that dispatchers are emptying
  std::vector<std::uint32_t> empty_;
};

}  // namespace duroxide::internal
