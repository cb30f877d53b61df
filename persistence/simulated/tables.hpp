// All rows of a store.
#pragma once

#include "persistence/simulated/activity_table.hpp"
#include "persistence/simulated/cluster_rows.hpp"
#include "persistence/simulated/instance_table.hpp"
#include "persistence/simulated/message_table.hpp"
#include "persistence/simulated/rows.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace duroxide::internal::simulated {

// The tables index the rows. A column that an index is sorted by is changed only through a member of its table. A table
// checks nothing else: callers decide what may be written. All access is under the store's lock. The order of iteration
// depends only on what was written.
struct tables {
  explicit tables(std::uint32_t shard_count) : cluster(shard_count), messages(cluster.shards) {}
  tables(const tables&) = delete;
  tables& operator=(const tables&) = delete;

  cluster_rows cluster;
  instance_table instances{};
  message_table messages;
  activity_table activities{};
  std::map<std::string, probation_row> probations{};
  std::map<std::uint64_t, instance_problem> problems{};  // by the keys of their instances
  // By instance, which may be gone, and command.
  std::map<std::string, std::map<std::string, kept_answer>> answers{};
  std::uint64_t relocated = 0;  // instances, so far
  std::uint64_t deletions = 0;  // of instances of which something ran

  // With its messages, which get ids, and its activities. REQUIRES: nobody has its id.
  instance_row& add(instance_row instance);
  // With its messages, its activities and its probation.
  void erase(instance_row& instance);

  activity_row* find(const activity_key& key);
  const activity_row* find(const activity_key& key) const;
  // Null if there is none.
  const kept_answer* find_answer(const std::string& instance, const std::string& command_id) const;
  // Those that were made before this time, the oldest first, at most so many. Gives how many that were.
  std::size_t forget_answers(timestamp before, std::size_t limit);

  // Whether the indexes are those of the rows.
  bool has_consistent_indexes() const;
};

}  // namespace duroxide::internal::simulated
