#include "persistence/sqlite/activities.hpp"

#include <limits>

namespace duroxide::persistence::sqlite {

namespace {

std::vector<stored_activity> read_all(row_cursor row, std::size_t limit) {
  std::vector<stored_activity> found;
  while (found.size() < limit && row.next()) {
    stored_activity& it = found.emplace_back();
    row.into(it.key.instance, it.key.execution, it.key.event_id, it.orchestration, it.version, it.name,
             it.input, it.tag, it.session, it.attempt, it.retry_of, it.attempts, it.failures, it.shared);
  }
  return found;
}

}  // namespace

std::vector<stored_activity> read_activities(database& db, const activity_query& query) {
  // No instance has the empty id, so the empty key is before all others.
  const activity_key after = query.after.value_or(activity_key{});
  return read_all(
      db.rows(
          "select a.instance, a.execution, a.event_id, i.orchestration, i.version, a.name, a.input, a.tag, "
          "a.session, a.attempt, a.retry_of, a.attempts, a.failures, a.shared from activities a join "
          "instances i on "
          "i.id = a.instance where (a.shared = 0 or a.owner is null) and a.finished = 0 and "
          "(a.instance, a.execution, a.event_id) > (?2, ?3, ?4) "
          "and a.shard in (select shard from shards where node = ?1) "
          "order by a.instance, a.execution, a.event_id",
          query.node, after.instance, after.execution, after.event_id),
      query.limit);
}

std::vector<stored_activity> read_activities_of(database& db, const std::string& instance) {
  return read_all(
      db.rows(
          "select a.instance, a.execution, a.event_id, i.orchestration, i.version, a.name, a.input, a.tag, "
          "a.session, a.attempt, a.retry_of, a.attempts, a.failures, a.shared from activities a join "
          "instances i on "
          "i.id = a.instance where a.instance = ? and a.finished = 0 order by a.execution, a.event_id",
          instance),
      std::numeric_limits<std::size_t>::max());
}

std::vector<activity_state> read_activity_states(database& db, const std::string& instance) {
  std::vector<activity_state> found;
  auto row =
      db.rows("select instance, execution, event_id, name, tag, session, attempt, progress, progress_at "
              "from activities where instance = ? and finished = 0 order by execution, event_id",
              instance);
  while (row.next()) {
    activity_state& it = found.emplace_back();
    row.into(it.key.instance, it.key.execution, it.key.event_id, it.name, it.tag, it.session, it.attempt,
             it.progress, it.progress_at);
  }
  return found;
}

}  // namespace duroxide::persistence::sqlite
