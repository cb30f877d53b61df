// The instances of a shard that are in memory, and those that are to be tried again.
#pragma once

#include "duroxide/message.hpp"
#include "duroxide/problem.hpp"
#include "actors/clock.hpp"
#include "actors/instance/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace duroxide::internal {

// An instance that cannot be run now is *parked*: it has no actor, and a time at which it is tried again.
class resident_instances {
public:
  struct resident {
    instance_actor actor;                       // null: parked
    std::vector<message> held;                  // parked: what came meanwhile and has no row in the store
    std::vector<std::string> failures;          // in a row
    std::uint32_t refusals = 0;                 // of its turns, by the store
    bool is_called = false;                     // what needs no code came while it was parked
    bool is_being_noted = false;                // the problem is on its way to the store
    duration pause{};                           // until it is tried again
    std::optional<instance_problem> problem{};  // as it was noted last
    std::uint64_t ended_life = 0;               // it has ended, and is about to leave

    bool is_paused() const noexcept { return problem && problem->kind == problem_kind::paused; }

  private:
    friend class resident_instances;
    steady_time last_used{};
    std::list<std::string>::iterator in_use_order{};
  };

  // Null if it is neither in memory nor parked. Valid until it is removed.
  resident* find(const std::string& instance);
  bool contains(const std::string& instance) const { return residents_.contains(instance); }
  std::vector<std::string> ids() const;
  // How many have an actor.
  std::size_t in_memory() const noexcept { return use_order_.size(); }

  // Gives an actor to an instance that has none.
  resident& add(const std::string& instance, instance_actor actor);
  void use(resident& used);
  void park(const std::string& instance);
  // When a parked one is tried again: the earliest of such times.
  void try_at(const std::string& instance, steady_time time) { due_.emplace(time, instance); }
  void remove(const std::string& instance);
  void clear();

  // A parked instance whose time has come; each is given once.
  std::optional<std::string> take_due(steady_time now);
  std::optional<steady_time> next_due() const;

  // The actors that have not been used since then, and, least recently used first, those above the limit.
  std::vector<instance_actor> idle(steady_time since, std::size_t limit) const;

  template <class Visit> void for_each(Visit visit) {
    for (auto& [instance, each] : residents_) visit(each);
  }

private:
  std::unordered_map<std::string, resident> residents_;
  std::list<std::string> use_order_;             // of those with an actor, least recently used first
  std::multimap<steady_time, std::string> due_;  // of those that were parked
};

}  // namespace duroxide::internal
