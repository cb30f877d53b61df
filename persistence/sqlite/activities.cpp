#include "persistence/sqlite/activities.hpp"

#include "persistence/page_room.hpp"

namespace duroxide::persistence::sqlite {

namespace {

// The input is the last column, and read from the file only if it is asked for.
void read_all_but_input(const row_cursor& row, stored_activity& it) {
  row.into(it.key.instance, it.key.execution, it.key.event_id, it.orchestration, it.version, it.name, it.tag,
           it.session, it.attempt, it.retry_of, it.crash_count, it.failures, it.claimable, it.key.life,
           it.due);
}

void read_input(const row_cursor& row, stored_activity& it) {
  constexpr int behind_all_others = 15;
  row.into_from(behind_all_others, it.input);
}

}  // namespace

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
    stored_activity& it = found.emplace_back();
    read_all_but_input(row, it);
    read_input(row, it);
    room.take(it.input.size());
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
    stored_activity& it = found.emplace_back();
    read_all_but_input(row, it);
    it.input_left = !room.has_room_for(it);
    if (it.input_left) continue;
    read_input(row, it);
    room.take(it);
  }
  return found;
}

std::vector<activity_state> read_activity_states(database& db, const std::string& instance) {
  std::vector<activity_state> found;
  auto row =
      db.rows("select a.instance, a.execution, a.event_id, a.name, a.tag, a.session, a.attempt, a.progress, "
              "a.progress_at, a.instance_key from instances i join activities a on a.instance_key = i.key "
              "where i.id = ? and a.finished = 0 order by a.execution, a.event_id",
              instance);
  while (row.next()) {
    activity_state& it = found.emplace_back();
    row.into(it.key.instance, it.key.execution, it.key.event_id, it.name, it.tag, it.session, it.attempt,
             it.progress, it.progress_at, it.key.life);
  }
  return found;
}

}  // namespace duroxide::persistence::sqlite
