#include "persistence/activity_rows.hpp"

namespace duroxide::persistence {

std::vector<activity_state> activity_states_from(row_reader& rows) {
  std::vector<activity_state> found;
  while (rows.next()) {
    activity_state& activity = found.emplace_back();
    activity_key& key = activity.key;
    rows.read("instance", key.instance, "execution", key.execution, "event_id", key.event_id, "name",
              activity.name, "tag", activity.tag, "session", activity.session, "attempt", activity.attempt,
              "progress", optional_payload_column{activity.progress}, "progress_at", activity.progress_at,
              "instance_key", key.life);
  }
  return found;
}

}  // namespace duroxide::persistence
