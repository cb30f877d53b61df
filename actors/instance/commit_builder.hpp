// The commit of a turn, with what this node takes on of it.
#pragma once

#include "duroxide/provider.hpp"
#include "runtime/turn.hpp"
#include "actors/instance/instance_record.hpp"
#include "actors/node_context.hpp"

#include <memory>
#include <string>
#include <vector>

namespace duroxide::internal {

// The commit of a turn that the instance began to make at that time: also which of its messages, starts and
// activities this node takes on in memory once it is committed. The others are claimed, or delivered, by way of
// the store.
struct built_commit {
  turn_commit turn;
  // Of the activities that this node runs by itself; null if the turn schedules none.
  std::shared_ptr<activity_room::reservation> reserved;
};
// `callers`: of a durable actor, those that await whom it asks, itself the last.
built_commit build_commit(const node_context& context, const instance_record& owner, const turn& made,
                          timestamp began, const std::vector<std::string>& callers = {});

// Marks which of its messages and starts this node delivers by itself: what is for its own shards, but for timers that
// are due after the horizon, which the store delivers.
void mark_own_messages(turn_commit& turn, const node_context& context);

// What creates the instance, with its first turn.
instance_start creation_of(const instance_record& owner, std::string input, timestamp created_at);

}  // namespace duroxide::internal
