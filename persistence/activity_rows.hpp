// Rows of activities as both dialects select them.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/row_reader.hpp"

#include <vector>

namespace duroxide::persistence {

// `last`: the columns behind those that are always read, of which the first is the input.
template <class... Last>
void read_activity(const row_reader& row, stored_activity& activity, Last&&... last) {
  activity_key& key = activity.key;
  row.read("instance", key.instance, "execution", key.execution, "event_id", key.event_id, "orchestration",
           activity.orchestration, "version", activity.version, "name", activity.name, "tag", activity.tag,
           "session", activity.session, "attempt", activity.attempt, "retry_of", activity.retry_of,
           "attempts", activity.crash_count, "failures", activity.failures, "shared", activity.claimable,
           "instance_key", key.life, "due", activity.due, last...);
}

// Activities as people see them.
std::vector<activity_state> activity_states_from(row_reader& rows);

}  // namespace duroxide::persistence
