#include "persistence/simulated/tables.hpp"

#include <algorithm>

namespace duroxide::internal::simulated {

// Each row is where it belongs, and there are no more places than rows.
bool tables::is_in_order() const {
  std::size_t messages = 0;
  std::size_t children = 0;
  std::size_t claimable = 0;
  std::size_t with_activities = 0;
  std::map<std::uint64_t, std::map<std::string, std::size_t>> in_hands;
  for (const auto& [id, it] : instances_) {
    const auto key = by_key_.find(it.key);
    if (key == by_key_.end() || key->second != &it || it.shard >= shards.size()) return false;
    if (it.parent && ++children && !children_of(it.parent->instance).contains(it.key)) return false;
    const shard_row& shard = shards[it.shard];
    std::size_t timers = 0;
    for (const auto& [number, each] : it.inbox) {
      const message& content = each.content;
      ++messages;
      if (each.to != &it || content.instance != id || content.life != it.key) return false;
      if (!receivers_.contains(number)) return false;
      if (!shard.by_sequence.contains(each.sequence)) return false;
      if (!shard.by_time.contains({content.visible_at, number})) return false;
      if (content.kind != message_kind::timer_due) continue;
      ++timers;
      if (!it.timers.contains({content.execution, content.source, number})) return false;
    }
    if (timers != it.timers.size()) return false;
    if (!it.activities.empty() && ++with_activities && !with_activities_.contains(it.key)) return false;
    for (const auto& [number, each] : it.activities) {
      if (each.of != &it || each.what.key.life != it.key || (each.owner != nobody && each.finished))
        return false;
      claimable += each.is_claimable() ? 1 : 0;
      if (each.owner != nobody && each.what.session) ++in_hands[each.owner][*each.what.session];
    }
  }
  std::size_t by_sequence = 0;
  std::size_t by_time = 0;
  for (const shard_row& shard : shards) {
    by_sequence += shard.by_sequence.size();
    by_time += shard.by_time.size();
  }
  std::size_t siblings = 0;
  for (const auto& [parent, each] : children_) siblings += each.size();
  return by_key_.size() == instances_.size() && receivers_.size() == messages && by_sequence == messages &&
         by_time == messages && siblings == children && with_activities_.size() == with_activities &&
         claimable_.size() == claimable && std::ranges::all_of(claimable_, &activity_row::is_claimable) &&
         in_hands_ == in_hands;
}

}  // namespace duroxide::internal::simulated
