#include "actors/cluster/shard_balancer.hpp"

#include "actors/activity/messages.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/log.hpp"
#include "actors/shard/messages.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

// Shards that are on their way to other nodes at one time.
constexpr std::size_t most_under_way = 64;

}  // namespace

shard_balancer::shard_balancer(context_ptr context, std::function<void(std::uint32_t)> emptied)
    : context_(std::move(context)), emptied_(std::move(emptied)) {}

void shard_balancer::begin_to_give_up(std::size_t surplus) {
  if (surplus == 0 || expected_ > 0 || !empty_.empty()) return;
  std::vector<std::uint32_t> shards = context_->owned->last(std::min(surplus, most_under_way));
  expected_ = shards.size();
  context_->owned->give_up(shards);
  caf::anon_send(context_->pool, shards_given_up{shards});
  for (std::uint32_t shard : shards) caf::anon_send(context_->dispatchers[shard], give_up_shard{emptied_});
}

void shard_balancer::note_empty(std::uint32_t shard) {
  empty_.push_back(shard);
  --expected_;
}

// Nobody else can have them before.
stored<void> shard_balancer::release() {
  const std::uint64_t node = context_->membership.node;
  auto released = context_->store->release_shards(node, empty_);
  if (!released && released.error().certainty != commit_certainty::fenced) return released;
  if (released)
    log_info("duroxide: node {} released {} shards to other nodes", field("node", node),
             field("shards", empty_.size()));
  empty_.clear();
  return {};
}

}  // namespace duroxide::internal
