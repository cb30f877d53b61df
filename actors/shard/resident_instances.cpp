#include "actors/shard/resident_instances.hpp"

#include "duroxide/detail/ensure.hpp"

#include <algorithm>

namespace duroxide::internal {

resident_instances::resident* resident_instances::find(const std::string& instance) {
  const auto known = residents_.find(instance);
  return known == residents_.end() ? nullptr : &known->second;
}

std::vector<std::string> resident_instances::ids() const {
  std::vector<std::string> found;
  found.reserve(residents_.size());
  for (const auto& [instance, each] : residents_) found.push_back(instance);
  return found;
}

resident_instances::resident& resident_instances::add(const std::string& instance, instance_actor actor) {
  resident& added = residents_[instance];
  detail::ensure(!added.actor, "an instance has one actor");
  added.actor = std::move(actor);
  added.last_used = steady_now();
  added.in_use_order = use_order_.insert(use_order_.end(), instance);
  return added;
}

void resident_instances::use(resident& used) {
  used.last_used = steady_now();
  use_order_.splice(use_order_.end(), use_order_, used.in_use_order);
}

void resident_instances::park(const std::string& instance) {
  resident& parked = residents_.at(instance);
  detail::ensure(static_cast<bool>(parked.actor), "an instance is parked once");
  parked.actor = nullptr;
  use_order_.erase(parked.in_use_order);
}

// What is due for an instance that is not parked any more is ignored when it is due.
void resident_instances::remove(const std::string& instance) {
  const auto known = residents_.find(instance);
  if (known->second.actor) use_order_.erase(known->second.in_use_order);
  residents_.erase(known);
}

void resident_instances::clear() {
  residents_.clear();
  use_order_.clear();
  due_.clear();
}

std::optional<std::string> resident_instances::take_due(steady_time now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    std::string instance = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    const resident* known = find(instance);
    if (known != nullptr && !known->actor) return instance;
  }
  return std::nullopt;
}

std::optional<steady_time> resident_instances::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

std::vector<instance_actor> resident_instances::idle(steady_time since, std::size_t limit) const {
  std::vector<instance_actor> found;
  std::size_t surplus = use_order_.size() > limit ? use_order_.size() - limit : 0;
  for (const std::string& instance : use_order_) {
    const resident& each = residents_.find(instance)->second;
    if (surplus == 0 && each.last_used > since) break;
    surplus -= std::min<std::size_t>(surplus, 1);
    found.push_back(each.actor);
  }
  return found;
}

}  // namespace duroxide::internal
