// The unfinished activities of a store: with their instances, as they are to be claimed, and by their holders.
#pragma once

#include "persistence/simulated/instance_table.hpp"
#include "persistence/simulated/rows.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace duroxide::internal::simulated {

class activity_table {
public:
  struct by_life {
    using is_transparent = void;
    bool operator()(const instance_row* a, const instance_row* b) const { return a->key < b->key; }
    bool operator()(const instance_row* a, std::uint64_t b) const { return a->key < b; }
    bool operator()(std::uint64_t a, const instance_row* b) const { return a < b->key; }
  };
  // As they are due.
  struct by_turn_to_run {
    bool operator()(const activity_row* a, const activity_row* b) const;
  };

  void add(instance_row& instance, activity_row row);
  void erase(activity_row& row);
  // Whatever an activity is sorted by is changed by `body(activity_row&)`.
  template <class Body> void change(activity_row& row, Body&& body) {
    remove_from_indexes(row);
    body(row);
    add_to_indexes(row);
  }
  // Calls `use` for every activity, in key order. It may change them, and not erase them.
  template <class Use> void for_each(Use&& use) {
    for (instance_row* instance : instances_)
      for (auto& [number, row] : instance->activities) use(row);
  }

  // The instances that have activities.
  const std::set<instance_row*, by_life>& instances() const { return instances_; }
  const std::set<activity_row*, by_turn_to_run>& claimable() const { return claimable_; }
  // The sessions of which a node holds activities, and how many.
  const std::map<std::string, std::size_t>& held_sessions(std::uint64_t node) const;

  // Whether the indexes are those of the activities of these instances.
  bool has_consistent_indexes(const instance_table::rows_by_id& instances) const;

private:
  void add_to_indexes(activity_row& row);
  void remove_from_indexes(activity_row& row);

  std::set<instance_row*, by_life> instances_;
  std::set<activity_row*, by_turn_to_run> claimable_;
  std::map<std::uint64_t, std::map<std::string, std::size_t>> held_sessions_;  // by node
};

}  // namespace duroxide::internal::simulated
