#include "persistence/sqlite/activities.hpp"

#include "persistence/activity_rows.hpp"
#include "persistence/page_room.hpp"

namespace duroxide::persistence::sqlite {

std::vector<stored_activity> read_activities(database& db, const activity_query& query) {
  // No life is 0, so the empty key is before all others.
  const activity_key after = query.after.value_or(activity_key{});
  auto row = db.rows(
      "select a.instance, a.execution, a.event_id, i.orchestration, i.version, a.name, a.tag, a.session, "
      "a.attempt, a.retry_of, a.attempts, a.failures, a.shared, a.instance_key, a.due, a.input "
      "from activities a join instances i on i.key = a.instance_key "
      "where (a.shared = 0 or a.owner is null) and a.finished = 0 and "
      "(a.instance_key, a.execution, a.event_id) > (?2, ?3, ?4) "
      "and a.shard in (select shard from shards where node = ?1) "
      "order by a.instance_key, a.execution, a.event_id",
      query.node, after.life, after.execution, after.event_id);
  std::vector<stored_activity> found;
  page_room room(query.limit);
  while (!room.is_full() && row.next()) {
    stored_activity& activity = found.emplace_back();
    read_activity(row, activity, "input", payload_column{activity.input});
    room.take(activity.input.size());
  }
  return found;
}

std::vector<stored_activity> read_activities_of(database& db, std::uint64_t life) {
  auto row =
      db.rows("select a.instance, a.execution, a.event_id, i.orchestration, i.version, a.name, a.tag, "
              "a.session, a.attempt, a.retry_of, a.attempts, a.failures, a.shared, a.instance_key, a.due, "
              "a.input from activities a join instances i on i.key = a.instance_key "
              "where a.instance_key = ? and a.finished = 0 order by a.execution, a.event_id",
              life);
  std::vector<stored_activity> found;
  input_room room;
  while (row.next()) {
    stored_activity& activity = found.emplace_back();
    const auto has_room = [&] { return room.has_room_for(activity); };
    read_activity(row, activity, "input", payload_column_if{has_room, activity.input});
    activity.input_left = !has_room();
    if (!activity.input_left) room.take(activity);
  }
  return found;
}

std::vector<activity_state> read_activity_states(database& db, const std::string& instance) {
  auto rows =
      db.rows("select a.instance, a.execution, a.event_id, a.name, a.tag, a.session, a.attempt, a.progress, "
              "a.progress_at, a.instance_key from instances i join activities a on a.instance_key = i.key "
              "where i.id = ? and a.finished = 0 order by a.execution, a.event_id",
              instance);
  return activity_states_from(rows);
}

}  // namespace duroxide::persistence::sqlite
