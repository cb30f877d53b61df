// In which order messages from the store go to the dispatchers.
#pragma once

#include "actors/shard/messages.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace duroxide::internal {

struct delivery {
  std::uint32_t shard = 0;
  deliver_many batch;
};

// As they came for each shard, in few batches. In a tree that is cancelled all at once the cancellation of a
// parent stands before those of its children, and is sent before them, whatever shards they are on: else the
// parent could hear first that its child was cancelled, and fail.
std::vector<delivery>
deliveries_of(std::vector<message> messages,
              const std::function<std::uint32_t(const std::string& instance)>& shard_of);

}  // namespace duroxide::internal
