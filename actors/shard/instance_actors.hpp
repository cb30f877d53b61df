// The actors of a shard's instances, until they are down.
#pragma once

#include "actors/shard/messages.hpp"

#include <caf/actor_addr.hpp>

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace duroxide::internal {

// An instance that leaves memory still gives back what is in its mailbox, and has gone when its actor is down.
// What must not overtake that waits here. There may be several actors of one instance, but only one that has
// not said that it leaves.
class instance_actors {
public:
  bool empty() const noexcept { return instances_.empty(); }
  void add(const caf::actor_addr& actor, const std::string& instance) { instances_.emplace(actor, instance); }
  // Empty if the actor is unknown.
  std::string instance_of(const caf::actor_addr& actor) const {
    const auto known = instances_.find(actor);
    return known == instances_.end() ? std::string() : known->second;
  }

  // It leaves, and nothing that it gives back is for anybody: it has gone.
  void forget(const caf::actor_addr& actor) { instances_.erase(actor); }
  void begin_leaving(const std::string& instance) { ++leaving_[instance].actors; }
  bool is_leaving(const std::string& instance) const { return leaving_.contains(instance); }
  // REQUIRES: it is leaving.
  void hold_back(activities_not_in_pool request) {
    leaving_[request.unfinished.instance].behind.push_back(std::move(request));
  }
  // One that was leaving is down. Gives what waited for the last one of the instance.
  std::vector<activities_not_in_pool> end_leaving(const std::string& instance) {
    const auto known = leaving_.find(instance);
    if (known == leaving_.end() || --known->second.actors > 0) return {};
    std::vector<activities_not_in_pool> behind = std::move(known->second.behind);
    leaving_.erase(known);
    return behind;
  }

private:
  struct departure {
    std::size_t actors = 0;
    std::vector<activities_not_in_pool> behind;
  };

  std::unordered_map<caf::actor_addr, std::string> instances_;
  std::unordered_map<std::string, departure> leaving_;
};

}  // namespace duroxide::internal
