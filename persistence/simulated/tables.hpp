// All rows of a store, and the orders in which they are looked for.
#pragma once

#include "persistence/simulated/rows.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace duroxide::internal::simulated {

// Whoever changes a row by which something is sorted does it by a member of this. Knows of no rule but that:
// what may be written is decided before. Used under the lock of its store. What can be seen of it comes in an
// order that depends on nothing but what was written.
class tables {
public:
  explicit tables(std::uint32_t shard_count) : shards(shard_count) {}
  tables(const tables&) = delete;
  tables& operator=(const tables&) = delete;

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

  std::vector<shard_row> shards;
  std::map<std::uint64_t, node_row> nodes{};
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::uint64_t> writers{};  // the epoch of node and lane
  std::map<std::string, session_row> sessions{};
  std::map<std::string, probation_row> probations{};
  std::uint64_t last_node = 0;
  std::uint64_t last_epoch = 0;
  std::uint64_t last_tenure = 0;
  std::uint64_t members_news = 0;  // grows when somebody comes, goes, or gives up shards
  std::uint64_t relocated = 0;     // instances, so far
  std::uint64_t deletions = 0;     // of instances of which something ran

  // Whether the orders are those of the rows.
  bool is_in_order() const;
  std::uint32_t shard_count() const { return static_cast<std::uint32_t>(shards.size()); }
  bool is_member(std::uint64_t node) const;
  bool owns(std::uint64_t node, std::uint32_t shard) const {
    return node != nobody && shards[shard].node == node;
  }

  // -- instances ----------------------------------------------------------------

  instance_row* find(std::string_view id);
  const instance_row* find(std::string_view id) const;
  const std::map<std::string, instance_row, std::less<>>& instances() const { return instances_; }
  const std::map<std::uint64_t, instance_row*>& instances_by_key() const { return by_key_; }
  // Those whose parent has this id, whether it exists or not, in the order of their keys.
  const std::map<std::uint64_t, instance_row*>& children_of(const std::string& parent) const;
  // Whether nothing more may begin in the tree of this root: it has ended, is gone, or is to be cancelled.
  bool is_closed(std::uint64_t root) const;
  // The instance and its descendants, each once, by depth and key; with their depths.
  std::vector<std::pair<instance_row*, std::uint32_t>> family_of(const instance_row& root) const;

  // With all that hangs on it; gives it a key, and its messages ids. REQUIRES: nobody has its id.
  instance_row& add(instance_row it);
  // With all that hangs on it, and its probation.
  void erase(instance_row& it);
  // Its messages are put on the shard anew, in their order, and are in nobody's memory.
  void move(instance_row& it, std::uint32_t shard);

  // -- messages -----------------------------------------------------------------

  // The id of the message.
  std::uint64_t post(instance_row& to, message content, std::uint64_t delivered_under, timestamp sent_at);
  // A message for the front of its queue; of several, the one with the lowest `place` comes first.
  void give_back(instance_row& to, message content, std::uint64_t delivered_under, timestamp sent_at,
                 std::int64_t place);
  // False if the instance has no such message.
  bool erase_message(instance_row& of, std::uint64_t id);
  void discard(std::uint64_t id);
  void erase_timers(instance_row& of, std::uint64_t execution, std::uint64_t source);
  void clear_inbox(instance_row& of);
  std::uint64_t last_sequence() const { return last_sequence_; }

  // -- activities ---------------------------------------------------------------

  activity_row* find(const activity_key& key);
  const activity_row* find(const activity_key& key) const;
  void add(instance_row& to, activity_row it);
  void erase(activity_row& it);
  template <class Change> void change(activity_row& it, Change&& to) {
    leave_orders(it);
    to(it);
    enter_orders(it);
  }
  // Calls `use` for every activity, in key order. It may change them, and not erase them.
  template <class Use> void for_each_activity(Use&& use) {
    for (instance_row* instance : with_activities_)
      for (auto& [number, each] : instance->activities) use(each);
  }
  const std::set<instance_row*, by_life>& with_activities() const { return with_activities_; }
  const std::set<activity_row*, by_turn_to_run>& claimable() const { return claimable_; }
  // The sessions of which a node holds activities, and how many.
  const std::map<std::string, std::size_t>& sessions_in_hands(std::uint64_t node) const;

private:
  void enter_orders(message_row& it);
  void leave_orders(message_row& it);
  void enter_orders(activity_row& it);
  void leave_orders(activity_row& it);

  std::uint64_t last_key_ = 0;
  std::uint64_t last_message_ = 0;
  std::uint64_t last_sequence_ = 0;
  std::map<std::string, instance_row, std::less<>> instances_;
  std::map<std::uint64_t, instance_row*> by_key_;
  std::map<std::string, std::map<std::uint64_t, instance_row*>> children_;
  std::unordered_map<std::uint64_t, instance_row*> receivers_;  // by message id
  std::set<instance_row*, by_life> with_activities_;
  std::set<activity_row*, by_turn_to_run> claimable_;
  std::map<std::uint64_t, std::map<std::string, std::size_t>> in_hands_;
};

}  // namespace duroxide::internal::simulated
