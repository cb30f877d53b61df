#include "actors/cluster/heartbeat.hpp"

#include "actors/cluster/owned_shards.hpp"
#include "actors/log.hpp"

namespace duroxide::internal {

std::optional<duration> heartbeat::next_in() const {
  auto due = context_->store->next_heartbeat_in(context_->membership.node);
  *context_->has_company = due.has_value();
  return due;
}

// A node without shards sends one whenever something has changed: an owner that leaves says so.
stored<heartbeat_result> heartbeat::send_if_due() const {
  const auto due = next_in();
  if (!due || (context_->owned->any() && *due > duration(0))) return heartbeat_result();
  const std::uint64_t node = context_->membership.node;
  auto brought = context_->store->heartbeat(node, context_->load());
  if (brought && !brought->gained.empty())
    log_info("duroxide: node {} takes over {} shards that nobody owned", field("node", node),
             field("shards", brought->gained.size()));
  return brought;
}

}  // namespace duroxide::internal
