#include "persistence/simulated/activity_table.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace duroxide::internal::simulated {

bool activity_table::by_turn_to_run::operator()(const activity_row* a, const activity_row* b) const {
  const activity_key& left = a->what.key;
  const activity_key& right = b->what.key;
  return std::tie(a->what.due, left.life, left.execution, left.event_id) <
         std::tie(b->what.due, right.life, right.execution, right.event_id);
}

void activity_table::add(instance_row& instance, activity_row row) {
  row.instance = &instance;
  row.what.key.instance = instance.id;
  row.what.key.life = instance.key;
  if (instance.activities.empty()) instances_.insert(&instance);
  const activity_key& key = row.what.key;
  const instance_row::event_of_execution number{key.execution, key.event_id};
  add_to_indexes(instance.activities.emplace(number, std::move(row)).first->second);
}

void activity_table::erase(activity_row& row) {
  instance_row& instance = *row.instance;
  remove_from_indexes(row);
  instance.activities.erase({row.what.key.execution, row.what.key.event_id});
  if (instance.activities.empty()) instances_.erase(&instance);
}

void activity_table::add_to_indexes(activity_row& row) {
  if (row.is_claimable()) claimable_.insert(&row);
  if (row.owner != nobody && row.what.session) ++held_sessions_[row.owner][*row.what.session];
}

void activity_table::remove_from_indexes(activity_row& row) {
  if (row.is_claimable()) claimable_.erase(&row);
  if (row.owner == nobody || !row.what.session) return;
  const auto held = held_sessions_.find(row.owner);
  const auto session = held->second.find(*row.what.session);
  if (--session->second == 0) held->second.erase(session);
  if (held->second.empty()) held_sessions_.erase(held);
}

const std::map<std::string, std::size_t>& activity_table::held_sessions(std::uint64_t node) const {
  static const std::map<std::string, std::size_t> none;
  const auto found = held_sessions_.find(node);
  return found == held_sessions_.end() ? none : found->second;
}

// Each row is where it belongs, and there are no more places than rows.
bool activity_table::has_consistent_indexes(const instance_table::rows_by_id& instances) const {
  std::size_t claimable = 0;
  std::size_t with_activities = 0;
  std::map<std::uint64_t, std::map<std::string, std::size_t>> held;
  for (const auto& [id, instance] : instances) {
    if (!instance.activities.empty() && ++with_activities && !instances_.contains(instance.key)) return false;
    for (const auto& [number, row] : instance.activities) {
      if (row.instance != &instance || row.what.key.life != instance.key) return false;
      if (row.owner != nobody && row.finished) return false;
      claimable += row.is_claimable() ? 1 : 0;
      if (row.owner != nobody && row.what.session) ++held[row.owner][*row.what.session];
    }
  }
  return instances_.size() == with_activities && claimable_.size() == claimable &&
         std::ranges::all_of(claimable_, &activity_row::is_claimable) && held_sessions_ == held;
}

}  // namespace duroxide::internal::simulated
