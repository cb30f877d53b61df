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

std::optional<duration> shard_balancer::next_heartbeat_in() {
  auto due = context_->store->next_heartbeat_in(context_->membership.node);
  *context_->has_company = due.has_value();
  return due;
}

// A node without shards looks whenever something has changed: an owner that leaves says so.
shard_balancer::outcome shard_balancer::look_after_others() {
  const auto due = next_heartbeat_in();
  if (!due || (context_->owned->any() && *due > duration(0))) return {};
  const std::uint64_t node = context_->membership.node;
  auto brought = context_->store->heartbeat(node, context_->load());
  if (!brought) return {{}, brought.error()};
  if (!brought->gained.empty())
    log_info("duroxide: node {} takes over {} shards that nobody owned", node, brought->gained.size());
  if (brought->surplus > 0) begin_to_give_up(brought->surplus);
  return {std::move(brought->gained), std::nullopt};
}

// From now on nobody on this node counts on them.
void shard_balancer::begin_to_give_up(std::size_t surplus) {
  if (expected_ > 0 || !empty_.empty()) return;
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
  if (released) log_info("duroxide: node {} released {} shards to other nodes", node, empty_.size());
  empty_.clear();
  return {};
}

}  // namespace duroxide::internal
