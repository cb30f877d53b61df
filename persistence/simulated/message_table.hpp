// The messages of a store: in the inboxes of their instances, and in the indexes of their shards.
#pragma once

#include "persistence/simulated/instance_table.hpp"
#include "persistence/simulated/rows.hpp"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace duroxide::internal::simulated {

class message_table {
public:
  // `shards` must outlive it.
  explicit message_table(std::vector<shard_row>& shards) : shards_(shards) {}

  // The id of the message.
  std::uint64_t post(instance_row& receiver, message content, std::uint64_t delivered_under,
                     timestamp sent_at);
  // A message for the front of its queue; of several, the one with the lowest `place` comes first.
  void give_back(instance_row& receiver, message content, std::uint64_t delivered_under, timestamp sent_at,
                 std::int64_t place);
  // False if the instance has no such message.
  bool erase(instance_row& receiver, std::uint64_t id);
  void discard(std::uint64_t id);
  void erase_timers(instance_row& receiver, std::uint64_t execution, std::uint64_t source);
  void clear(instance_row& receiver);
  // Puts the instance, with its messages in their order, on another shard, where they are in nobody's memory.
  void move(instance_row& receiver, std::uint32_t shard);

  std::uint64_t last_sequence() const { return last_sequence_; }
  // Whether the indexes are those of the messages of these instances.
  bool has_consistent_indexes(const instance_table::rows_by_id& instances) const;

private:
  bool has_consistent_indexes(const instance_row& receiver) const;
  void add_to_indexes(message_row& row);
  void remove_from_indexes(message_row& row);

  std::vector<shard_row>& shards_;
  std::uint64_t last_message_ = 0;
  std::uint64_t last_sequence_ = 0;
  std::unordered_map<std::uint64_t, instance_row*> receivers_;  // by message id
};

}  // namespace duroxide::internal::simulated
