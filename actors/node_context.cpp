#include "actors/node_context.hpp"

#include "duroxide/detail/reserved_names.hpp"
#include "actors/cluster/awaited_starts.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/cluster/relocated_instances.hpp"
#include "actors/instance/tree_sweeps.hpp"
#include "actors/instance/turn_gate.hpp"

#include <algorithm>

namespace duroxide::internal {

node_context::node_context()
    : moved(std::make_shared<relocated_instances>()), awaited(std::make_shared<awaited_starts>()),
      gate(std::make_shared<turn_gate>()), sweeps(std::make_shared<tree_sweeps>()) {}

std::uint32_t node_context::shard_of_instance(const std::string& instance) const {
  if (auto elsewhere = moved->find(instance)) return *elsewhere;
  return shard_of(instance, membership.shard_count);
}

std::uint64_t node_context::tenure_of(const std::string& instance) const {
  return owned->tenure(shard_of_instance(instance));
}

bool node_context::runs_here(const stored_activity& activity) const {
  if (activity.name.starts_with(duroxide::detail::reserved_name_prefix)) return true;
  return !activity.session && accepts(activity) && handlers->find_activity(activity.name);
}

bool node_context::accepts(const stored_activity& activity) const {
  return options.worker_concurrency > 0 && options.worker_tag_filter.matches(activity.tag);
}

std::size_t node_context::enough_activities() const {
  constexpr std::size_t queued_for_each = 64;
  return std::min(options.activity_queue_limit, queued_for_each * options.worker_concurrency);
}

activity_room::amount node_context::most_activities() const {
  return {*has_company && *gives_away ? enough_activities() : options.activity_queue_limit,
          options.activity_queue_bytes};
}

}  // namespace duroxide::internal
