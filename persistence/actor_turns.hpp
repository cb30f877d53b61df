// What a turn of a durable actor does to the row of its instance, in every store.
#pragma once

#include "duroxide/turn_commit.hpp"

#include <cstdint>
#include <optional>

namespace duroxide::persistence {

// The execution that is the current one after this turn, if the turn changes it.
inline std::optional<std::uint64_t> next_execution(const turn_commit& turn) {
  if (turn.begins) return turn.begins->execution;
  if (turn.actor && turn.actor->ends_journal) return turn.execution + 1;
  return std::nullopt;
}

// Whether the turn changes the row. A plain turn of an actor does not: its state has a row of its own.
inline bool changes_instance(const turn_commit& turn) {
  const instance_update& update = turn.update;
  return !turn.actor || update.status != runtime_status::running || update.version || update.history_format ||
         update.custom_status || next_execution(turn);
}

inline bool is_destroyed_by(const turn_commit& turn) { return turn.actor && turn.actor->destroyed; }

}  // namespace duroxide::persistence
