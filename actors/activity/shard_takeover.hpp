// Keeps activities from being taken twice while shards are taken over.
#pragma once

#include "duroxide/provider.hpp"
#include "actors/activity/work_queue.hpp"

#include <optional>
#include <unordered_set>
#include <vector>

namespace duroxide::internal {

// A node that takes up shards reads from the store which activities are unfinished, while instances of these
// shards run already: what an instance schedules meanwhile may be in the store's list too, and may have run
// by the time that the list comes. Each is taken once, whether the list or its instance brings it first.
class shard_takeover {
public:
  void open() { scheduled_.emplace(); }
  // From here on no list comes. The word of an instance may still be on its way.
  void close() { scheduled_.reset(); }
  // No word is on its way any more.
  void forget() {
    if (!scheduled_) recovered_.clear();
  }

  // An instance says what it waits for.
  void note(const std::vector<stored_activity>& activities) {
    if (!scheduled_) return;
    for (const stored_activity& each : activities) scheduled_->insert(each.key);
  }
  // Of what an instance has just scheduled, takes out what a list has brought already.
  void drop_recovered(std::vector<stored_activity>& activities) {
    if (recovered_.empty()) return;
    std::erase_if(activities, [this](const stored_activity& each) { return recovered_.erase(each.key) > 0; });
  }
  // Of a list from the store, takes out what instances have scheduled since.
  void drop_scheduled(std::vector<stored_activity>& activities) {
    if (scheduled_)
      std::erase_if(activities,
                    [this](const stored_activity& each) { return scheduled_->contains(each.key); });
    for (const stored_activity& each : activities) recovered_.insert(each.key);
  }

private:
  using keys = std::unordered_set<activity_key, activity_key_hash>;

  std::optional<keys> scheduled_;  // while the window is open: what has come since
  keys recovered_;                 // from a list, before the word of the instance, if there is one
};

}  // namespace duroxide::internal
